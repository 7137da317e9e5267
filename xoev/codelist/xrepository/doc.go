// Package xrepository fetches code lists and schemas from XRepository, the
// register of German public administration for XÖV standards and code lists
// (https://www.xrepository.de). It is the only package for code lists that
// uses a network, and only when it is asked to:
//
//	client, err := xrepository.New(xrepository.BaseURL, nil)
//	if err != nil {
//		return err
//	}
//	report, err := codelist.Pull(ctx, "codelisten", client, []codelist.VersionKennung{
//		{Kennung: "urn:de:xoev:codeliste:erreichbarkeit", Version: "4"},
//	}, nil)
//
// [Client] gives metadata, code lists in genericode, the version in force, all
// lists that a standard uses, a standard's schemas, and a search. Schemas come
// as a [codelist.ZIP], which is a file system in memory; [Extract] writes one
// to a folder.
//
// XRepository publishes no description of its interface that is kept up to
// date. The endpoints, and what is unusual about them, are taken from programs
// that work with it; they were not tried against the service itself.
//
//   - Every request says that it accepts anything: asked for JSON, the service
//     names ZIP archives JSON. Content types are not looked at; what comes must
//     look like what was asked for.
//   - Versions that exist but cannot be had answer 404 with one of two texts;
//     that is [ErrNotAvailable].
//   - Time zones have no colon ("+0100").
//   - Lists are offered at two addresses; if the first knows nothing, the
//     second is asked.
//
// Not supported: publishing, subscriptions and everything else that needs an
// account, and XRepository's JSON form of lists.
//
// # What is done for safety
//
// Requests go to one host, which is named when the client is made, over https
// unless it is this computer; redirects to any other host, port or scheme are
// refused. Answers have limits, also after decompression. Archives are checked
// as [codelist.OpenZIP] says. Which list the bytes are is checked by those who
// pin them: codelist.Pull refuses a list that names another kennung or version.
//
// # What can fail
//
// All errors mean that something could not be fetched, and none holds a part of
// an answer: [ErrNotAvailable], [ErrNotFound], *[StatusError], [ErrTooLarge],
// [ErrFormat], [ErrHost], [ErrKennung], the context's error or the
// network's. An archive that breaks a rule is a *finding.InvalidError; one whose
// files cannot be written under their names is [ErrName].
//
// A Client may be used by several goroutines at once; together they send no
// more than Options.MaxConcurrent requests at a time.
package xrepository

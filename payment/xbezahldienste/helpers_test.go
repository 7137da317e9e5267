package xbezahldienste

import (
	"crypto/tls"
	"errors"
	"net/http"
)

// isAll tells whether err matches all targets.
func isAll(err error, targets ...error) bool {
	for _, t := range targets {
		if !errors.Is(err, t) {
			return false
		}
	}
	return true
}

func insecure() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // to be refused
}

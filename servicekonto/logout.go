package servicekonto

import (
	"net/http"
	"net/url"
)

// logout shows a button (GET) or ends the session (POST).
func (s *Service) logout(w http.ResponseWriter, r *http.Request) {
	if _, le := checkParams(r.URL.RawQuery); le != nil {
		s.fail(w, r, http.StatusBadRequest, le, "")
		return
	}
	if r.Method == http.MethodGet {
		s.showLogout(w, r)
		return
	}
	if err := s.csrf.Check(r); err != nil {
		s.fail(w, r, http.StatusForbidden, &LoginError{Reason: Malformed, Detail: "logout posted from another site", Err: err}, "")
		return
	}
	choice := ""
	if sess, ok := s.Session(r); ok {
		choice = sess.Account.Provider
	}
	if err := s.Logout(w, r); err != nil {
		s.log.ErrorContext(r.Context(), "logout failed", "tenant", s.cfg.Tenant, "error", err)
		s.unavailable(w)
		return
	}
	q := url.Values{}
	if choice != "" {
		q.Set("konto", choice)
	}
	protect(w)
	http.Redirect(w, r, s.path("/abmelden/fertig", q), http.StatusSeeOther)
}

// Logout ends the request's session in the store and removes the cookie. If
// the store cannot be asked, the session may go on and the error says so.
func (s *Service) Logout(w http.ResponseWriter, r *http.Request) error {
	secret := token(r, s.sessionCookie())
	if secret != "" {
		if err := s.cfg.Store.DeleteSession(r.Context(), s.cfg.Tenant, fingerprint(forSession, secret)); err != nil {
			return err
		}
		s.log.InfoContext(r.Context(), "logged out", "tenant", s.cfg.Tenant)
	}
	s.setCookie(w, s.sessionCookie(), "", -1)
	return nil
}

// loggedOut is the page after logout; it offers to log out at the account
// service as well, where that can be done.
func (s *Service) loggedOut(w http.ResponseWriter, r *http.Request) {
	q, le := checkParams(r.URL.RawQuery)
	if le != nil {
		s.fail(w, r, http.StatusBadRequest, le, "")
		return
	}
	var more []Link
	if c, ok := s.choices[q.Get("konto")]; ok {
		if p, ok := c.Provider.(LogoutProvider); ok {
			u, err := p.LogoutURL(r.Context(), s.LoggedOutURL())
			if err != nil {
				s.log.WarnContext(r.Context(), "no logout at the account service", "tenant", s.cfg.Tenant, "provider", c.ID, "error", asLoginError(err))
			} else if u != "" {
				more = append(more, Link{URL: u, Label: "Auch bei „" + c.Label + "“ abmelden"})
			}
		}
	}
	s.showLoggedOut(w, more)
}

package payment

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// notifyMax bounds the body of a notification.
const notifyMax = 64 << 10

// notified takes a notification. It believes nothing but which payment it is
// about.
func (h *returnHandler) notified(w http.ResponseWriter, r *http.Request, source string) {
	s := h.service
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, notifyMax)
	var a Attempt
	status := http.StatusNotFound
	if source == "" {
		t, bad := token(r)
		if bad != http.StatusOK {
			w.WriteHeader(bad)
			return
		}
		a, status = h.attempt(s.store.AttemptByToken(r.Context(), hashToken(t)))
	} else if parts := strings.Split(source, "/"); len(parts) == 3 {
		a, status = h.reported(r, parts[0], parts[1], parts[2])
	}
	if status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	if _, err := s.refreshWaiting(r.Context(), a); err != nil {
		s.log.WarnContext(r.Context(), "payment: asking after a notification", "attempt", a, "error", err)
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// attempt turns what a store says into a status.
func (h *returnHandler) attempt(a Attempt, err error) (Attempt, int) {
	switch {
	case err == nil:
		return a, http.StatusOK
	case isNotFound(err):
		return Attempt{}, http.StatusNotFound
	}
	h.service.log.Error("payment: reading an attempt for a notification", "error", err)
	return Attempt{}, http.StatusServiceUnavailable
}

// reported finds the attempt of a provider's common notification address.
func (h *returnHandler) reported(r *http.Request, tenant, key, version string) (Attempt, int) {
	s := h.service
	registration, err := s.registered(tenant, key, version)
	notifier, ok := registration.Provider.(Notifier)
	if err != nil || !ok {
		return Attempt{}, http.StatusNotFound
	}
	transactionID, requestID, err := notification(notifier, r)
	if err != nil {
		s.log.WarnContext(r.Context(), "payment: a notification cannot be read", "provider", key, "error", err)
		return Attempt{}, http.StatusBadRequest
	}
	a, err := s.attemptOf(r.Context(), tenant, key, version, transactionID, requestID)
	return h.attempt(a, err)
}

// notification turns a provider's panic into an error.
func notification(n Notifier, r *http.Request) (transactionID, requestID string, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("payment: the provider panicked: %w", ErrBadAnswer)
		}
	}()
	return n.Notification(r)
}

// attemptOf finds an attempt of one registration by the platform's id or ours.
func (s *Service) attemptOf(ctx context.Context, tenant, key, version, transactionID, requestID string) (Attempt, error) {
	for _, reference := range []string{requestID, transactionID} {
		ids, err := s.store.Find(ctx, tenant, reference, findMax)
		if err != nil {
			return Attempt{}, err
		}
		for _, id := range ids {
			r, err := s.store.Claim(ctx, tenant, id)
			if err != nil && !isNotFound(err) {
				return Attempt{}, err
			}
			if err != nil {
				continue
			}
			for _, a := range r.Attempts {
				if a.Provider == key && a.ConfigVersion == version &&
					(requestID != "" && a.ID == requestID || transactionID != "" && a.TransactionID == transactionID) {
					return a, nil
				}
			}
		}
	}
	return Attempt{}, ErrNotFound
}

// cutLast cuts a path at the last place of a part.
func cutLast(path, part string) (before, after string, found bool) {
	if i := strings.LastIndex(path, part); i >= 0 {
		return path[:i], path[i+len(part):], true
	}
	return path, "", false
}

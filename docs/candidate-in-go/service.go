package main

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"
)

type reportError struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

type report struct {
	Status   string            `json:"status"`
	Source   *string           `json:"source"`
	Version  *int64            `json:"catalog_version"`
	Bundles  int               `json:"bundles"`
	Groups   map[string]string `json:"groups"`
	SetAside []setAside        `json:"set_aside"`
	Count    int               `json:"set_aside_count"`
	Started  time.Time         `json:"started_at"`
	Finished time.Time         `json:"finished_at"`
	Seconds  float64           `json:"duration_seconds"`
	Error    *reportError      `json:"error"`
}

type part struct {
	Status string    `json:"status"`
	Since  time.Time `json:"since"`
	Reason *string   `json:"reason"`
}

type service struct {
	settings settings
	provider *provider
	stores   *stores

	one     sync.Mutex // held by the refresh that runs
	mutex   sync.Mutex // guards what follows
	held    *catalog
	due     time.Time // when the catalog in memory is refreshed, or a failure forgotten
	failed  bool      // every source was tried, and none had anything
	last    *report
	running chan struct{} // closed when the refresh that runs on demand ends
	contact part
}

// current is the catalog to answer from; nil when there is none within the time that shoppers wait.
func (s *service) current() *catalog {
	s.mutex.Lock()
	if s.held != nil && s.held.source != "backup" && time.Since(s.held.fetched) > s.settings.life+grace {
		s.held = nil
	}
	held, due := s.held, time.Now().After(s.due)
	if (due || held == nil && !s.failed) && s.running == nil {
		done := make(chan struct{})
		s.running = done
		go func() {
			s.refresh(false)
			s.mutex.Lock()
			s.running = nil
			s.mutex.Unlock()
			close(done)
		}()
	}
	running := s.running
	s.mutex.Unlock()
	if held != nil || running == nil {
		return held
	}
	select {
	case <-running:
	case <-time.After(s.settings.patience):
		tell("warning", "refresh.outlasts_patience")
		s.fallBack()
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.held
}

// fallBack serves the saved copy, else the backup, unless something is served already.
func (s *service) fallBack() {
	s.mutex.Lock()
	held := s.held
	s.mutex.Unlock()
	if held == nil {
		held = s.stores.saved()
	}
	if held == nil {
		backup, err := s.stores.backup()
		if err != nil {
			tell("error", "fallback.no_backup", "reason", err.Error())
		}
		held = backup
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.due, s.failed = time.Now().Add(s.settings.recheck), held == nil
	if s.held == nil {
		s.held = held
	}
}

// refresh runs when the one before has ended. Only what is asked for is refreshed again although it is fresh.
func (s *service) refresh(asked bool) *report {
	s.one.Lock()
	defer s.one.Unlock()
	s.mutex.Lock()
	if fresh := s.held != nil && time.Now().Before(s.due); fresh && !asked {
		s.mutex.Unlock()
		return nil
	}
	s.mutex.Unlock()
	made := &report{Groups: map[string]string{}, SetAside: []setAside{}, Started: time.Now().UTC()}
	fetched, err := s.fetch(made)
	s.mutex.Lock()
	if err == nil {
		s.held, s.due, s.failed = fetched, time.Now().Add(s.settings.fresh), false
	}
	s.mutex.Unlock()
	var known *failure
	switch {
	case err == nil:
	case errors.Is(err, errBusy):
		made.Status = "already_running"
		s.fallBack()
	default:
		made.Error = &reportError{"database", "the catalog could not be stored"}
		if errors.As(err, &known) {
			made.Error = &reportError{known.kind, known.message}
		} else if errors.Is(err, errSuperseded) {
			made.Error.Kind = "superseded"
		}
		s.fallBack()
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.held != nil {
		made.Source, made.Version, made.Bundles = &s.held.source, s.held.version, len(s.held.bundles)
	}
	if made.Status == "" {
		made.Status = "fallback"
		if s.held == nil {
			made.Status = "failed"
		}
	}
	made.Finished = time.Now().UTC()
	made.Seconds = made.Finished.Sub(made.Started).Seconds()
	s.last = made
	tell("info", "refresh.ended", "status", made.Status, "source", made.Source)
	return made
}

var errBusy = errors.New("another instance refreshes the catalog")

func (s *service) fetch(made *report) (*catalog, error) {
	lock, busy, err := s.stores.take()
	if busy {
		return nil, errBusy
	}
	if err == nil {
		defer s.stores.release(lock)
	}
	fence, _ := strconv.ParseInt(lock, 10, 64)
	claimed, claim := s.stores.claim(fence)
	groups, err := s.provider.groups(context.Background())
	fetched := &catalog{source: "provider", fetched: time.Now().UTC()}
	seen := map[string]bool{}
	for _, group := range groups {
		good, bad, failed := s.provider.content(context.Background(), group)
		if failed != nil {
			made.Groups[group] = "failed: " + failed.Error()
			err = failed // a part is kept by better candidates
			continue
		}
		made.Groups[group] = "ok"
		for _, one := range good {
			if seen[one.Name] {
				bad = append(bad, setAside{&one.Name, "a second bundle of this name"})
				continue
			}
			seen[one.Name] = true
			fetched.bundles = append(fetched.bundles, one)
		}
		for _, one := range bad {
			tell("warning", "bundle.set_aside", "name", one.Name, "reason", one.Reason)
		}
		made.Count += len(bad)
		made.SetAside = append(made.SetAside, bad...)
		made.SetAside = made.SetAside[:min(100, len(made.SetAside))]
	}
	s.contacted(err)
	if err == nil && claim != nil {
		tell("error", "publish.failed", "reason", claim.Error())
		err = claim
	}
	if err != nil {
		return nil, err
	}
	version, err := s.stores.publish(claimed, fetched)
	if err != nil {
		tell("error", "publish.failed", "reason", err.Error())
		return nil, err
	}
	fetched.version, made.Status = &version, "completed"
	if err := s.stores.write(claimed, fetched); err != nil {
		tell("error", "cache.not_written", "reason", err.Error())
	}
	return fetched, nil
}

func (s *service) contacted(err error) {
	status, reason := "up", (*string)(nil)
	if err != nil {
		text := err.Error()
		status, reason = "down", &text
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.contact = part{status, time.Now().UTC(), reason}
}

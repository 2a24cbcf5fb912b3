// A catalog of travel bundles, written from the contract alone. It lacks alerts, metrics and reload.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// tell writes a line of the log: a level, an event, and facts in pairs.
func tell(level, event string, facts ...any) {
	line := map[string]any{"level": level, "event": event, "timestamp": time.Now().UTC()}
	for i := 0; i+1 < len(facts); i += 2 {
		line[facts[i].(string)] = facts[i+1]
	}
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, name, message string) {
	answer(w, status, map[string]string{"error": name, "message": message})
}

func (s *service) list(w http.ResponseWriter, held *catalog, total int, bundles []bundle) {
	age := max(0, time.Since(held.fetched).Seconds())
	w.Header().Set("Catalog-Source", held.source)
	w.Header().Set("Age", strconv.Itoa(int(age)))
	answer(w, 200, map[string]any{"source": held.source, "fetched_at": held.fetched, "age_seconds": age,
		"stale": age > s.settings.life.Seconds(), "catalog_version": held.version, "total": total, "bundles": bundles})
}

func (s *service) unavailable(w http.ResponseWriter) {
	wait := max(1, int(math.Ceil(s.settings.recheck.Seconds())))
	w.Header().Set("Retry-After", strconv.Itoa(wait))
	answer(w, 503, map[string]any{"error": "catalog_unavailable", "message": "Please come back shortly.", "retry_after_seconds": wait})
}

func count(text string, fallback, lowest, highest int) (int, bool) {
	if text == "" {
		return fallback, true
	}
	value, err := strconv.Atoi(text)
	return value, err == nil && value >= lowest && value <= highest
}

func (s *service) search(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, fits := count(query.Get("limit"), 100, 1, 1000)
	offset, starts := count(query.Get("offset"), 0, 0, 10_000_000)
	if !fits || !starts {
		refuse(w, 400, "bad_request", "limit must be from 1 to 1000, offset 0 or more.")
		return
	}
	held := s.current()
	if held == nil {
		s.unavailable(w)
		return
	}
	text, group, country := strings.ToLower(query.Get("search")), query.Get("group"), strings.ToUpper(query.Get("country"))
	found := []bundle{}
	for _, one := range held.bundles {
		if strings.Contains(strings.ToLower(one.Name+"\n"+one.Description), text) && (group == "" || one.Group == group) &&
			(country == "" || strings.Contains(","+strings.Join(one.Countries, ",")+",", ","+country+",")) {
			found = append(found, one)
		}
	}
	s.list(w, held, len(found), found[min(offset, len(found)):min(offset+limit, len(found))])
}

func (s *service) single(w http.ResponseWriter, r *http.Request) {
	held := s.current()
	if held == nil {
		s.unavailable(w)
		return
	}
	for _, one := range held.bundles {
		if one.Name == r.PathValue("name") {
			s.list(w, held, 1, []bundle{one})
			return
		}
	}
	refuse(w, 404, "unknown_bundle", "There is no such bundle.")
}

func (s *service) health(w http.ResponseWriter, _ *http.Request) {
	looks := map[string]func() error{
		"cache": func() error {
			_, err := s.stores.call("SET", "catalog:probe", "1", "EX", "60")
			return err
		},
		"database": func() error {
			return s.stores.inDatabase(500*time.Millisecond, func(ctx context.Context, c *pgx.Conn) error { return c.Ping(ctx) })
		},
		"backup": func() error { _, err := s.stores.backup(); return err },
	}
	s.mutex.Lock()
	parts := map[string]part{"provider": s.contact}
	held, failed := s.held, s.failed
	s.mutex.Unlock()
	var mutex sync.Mutex
	var all sync.WaitGroup
	for name, look := range looks {
		all.Go(func() {
			found := part{"up", time.Now().UTC(), nil}
			if err := look(); err != nil {
				text := "it does not answer as it should"
				found.Status, found.Reason = "down", &text
				if strings.HasPrefix(err.Error(), "OOM") {
					found.Status = "read_only"
				}
			}
			mutex.Lock()
			defer mutex.Unlock()
			parts[name] = found
		})
	}
	all.Wait()
	status := "healthy"
	for name, one := range parts {
		if one.Status != "up" && !(name == "provider" && one.Status == "unknown") {
			status = "degraded"
		}
	}
	if held == nil && (failed || parts["provider"].Status != "up" && parts["cache"].Status != "up" && parts["backup"].Status != "up") {
		status = "down"
	}
	body := map[string]any{"status": status, "serving": nil, "age_seconds": nil, "parts": parts}
	if held != nil {
		body["serving"], body["age_seconds"] = held.source, max(0, time.Since(held.fetched).Seconds())
	}
	answer(w, 200, body)
}

func main() {
	settings, err := readSettings()
	var listening net.Listener
	if err == nil {
		listening, err = net.Listen("tcp", net.JoinHostPort(settings.host, strconv.Itoa(settings.port)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "catalog:", err)
		os.Exit(64)
	}
	started := time.Now().UTC()
	s := &service{settings: settings, provider: newProvider(settings), stores: &stores{settings}, contact: part{"unknown", started, nil}}
	http.HandleFunc("GET /bundles", s.search)
	http.HandleFunc("GET /bundles/{name...}", s.single)
	http.HandleFunc("POST /sync", func(w http.ResponseWriter, _ *http.Request) {
		made := s.refresh(true)
		answer(w, map[bool]int{true: 503, false: 200}[made.Status == "failed"], made)
	})
	http.HandleFunc("GET /sync", func(w http.ResponseWriter, _ *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		if s.last == nil {
			refuse(w, 404, "no_sync_yet", "The catalog has not been refreshed yet.")
			return
		}
		answer(w, 200, s.last)
	})
	http.HandleFunc("GET /health", s.health)
	http.HandleFunc("GET /health/live", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"status": "alive", "started_at": started})
	})
	http.HandleFunc("GET /health/ready", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]string{"status": "ready"})
	})
	if settings.every > 0 {
		go func() {
			for range time.Tick(settings.every) {
				s.refresh(true)
			}
		}()
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	signal.Ignore(syscall.SIGHUP)
	go func() { _ = http.Serve(listening, nil) }()
	tell("info", "service.started", "port", settings.port)
	<-signals
	tell("info", "service.stopped")
	os.Exit(0)
}

package main

import (
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"
)

type settings struct {
	host, provider, key, redis, database, backup  string
	port, attempts                                int
	keepBackup                                    bool
	connect, read, first, capped, jitter          time.Duration
	patience, fresh, recheck, every, cache, store time.Duration
	lease, life                                   time.Duration
}

func readSettings() (s settings, err error) {
	text := func(name, fallback string) string {
		if value, given := os.LookupEnv("CATALOG_" + name); given {
			return value
		}
		return fallback
	}
	whole := func(name, fallback string, highest int) int {
		value, bad := strconv.Atoi(text(name, fallback))
		if bad != nil || value < 1 || value > highest {
			err = fmt.Errorf("CATALOG_%s must be a whole number from 1 to %d", name, highest)
		}
		return value
	}
	duration := func(name, fallback string, unit time.Duration, mayBeZero bool) time.Duration {
		value, bad := strconv.ParseFloat(text(name, fallback), 64)
		if bad != nil || !(value >= 0 && value < 1e8) || (value == 0 && !mayBeZero) {
			err = fmt.Errorf("CATALOG_%s must be a number, 0 or more", name)
		}
		return time.Duration(value * float64(unit))
	}
	address := func(name, fallback string, schemes ...string) string {
		value := text(name, fallback)
		parsed, bad := url.Parse(value)
		for _, scheme := range schemes {
			if bad == nil && parsed.Scheme == scheme && parsed.Hostname() != "" {
				return value
			}
		}
		err = fmt.Errorf("CATALOG_%s must be an address such as %s://host:port", name, schemes[0])
		return value
	}
	keep := text("KEEP_BACKUP", "no")
	if keep != "yes" && keep != "no" {
		err = fmt.Errorf("CATALOG_KEEP_BACKUP must be yes or no")
	}
	s = settings{
		host: text("HOST", "127.0.0.1"), port: whole("PORT", "8080", 65535),
		provider: address("PROVIDER_URL", "http://127.0.0.1:8081/v2.4", "http", "https"), key: text("PROVIDER_KEY", ""),
		redis:    address("REDIS_URL", "redis://127.0.0.1:6379/0", "redis", "rediss"),
		database: address("DATABASE_URL", "postgresql://catalog@127.0.0.1:5432/catalog", "postgresql"),
		backup:   text("BACKUP_FILE", "/var/lib/catalog/backup.json"), keepBackup: keep == "yes",
		attempts: whole("ATTEMPTS", "4", 100),
		connect:  duration("CONNECT_TIMEOUT_S", "2", time.Second, false), read: duration("READ_TIMEOUT_S", "10", time.Second, false),
		first: duration("BACKOFF_FIRST_S", "0.5", time.Second, true), capped: duration("BACKOFF_CAP_S", "8", time.Second, false),
		jitter: duration("BACKOFF_JITTER_S", "0.5", time.Second, true), patience: duration("PATIENCE_S", "2", time.Second, false),
		fresh: duration("FRESH_FOR_S", "300", time.Second, false), recheck: duration("RECHECK_AFTER_S", "15", time.Second, false),
		every: duration("SYNC_EVERY_S", "3600", time.Second, true), cache: duration("CACHE_TIMEOUT_S", "0.5", time.Second, false),
		store: duration("DATABASE_TIMEOUT_S", "3", time.Second, false), lease: duration("LOCK_LEASE_S", "15", time.Second, false),
		life: duration("CACHE_LIFE_DAYS", "30", 24*time.Hour, false),
	}
	return s, err
}

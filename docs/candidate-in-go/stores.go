package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

type catalog struct {
	source  string
	fetched time.Time
	version *int64
	bundles []bundle
}

// grace is for how long a catalog is served after its life, labelled stale.
const grace = 7 * 24 * time.Hour

type stores struct {
	settings settings
}

// The lock is taken with a fence higher than all before, in one step.
const takeLock = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local time = redis.call('TIME')
local fence = math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, time[1] * 1000000 + time[2])
fence = string.format('%.0f', fence)
redis.call('SET', KEYS[2], fence)
redis.call('SET', KEYS[1], fence, 'PX', ARGV[1])
return fence`
const deleteSame = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

func (s *stores) take() (fence string, held bool, err error) {
	found, err := s.call("EVAL", takeLock, "2", "catalog:lock", "catalog:fence", strconv.FormatInt(s.settings.lease.Milliseconds(), 10))
	if text, taken := found.(string); taken {
		return text, false, err
	}
	return "", err == nil, err
}

func (s *stores) release(fence string) {
	_, _ = s.call("EVAL", deleteSame, "1", "catalog:lock", fence)
}

func (s *stores) write(fence int64, fetched *catalog) error {
	listed, _ := json.Marshal(fetched.bundles)
	sum := sha256.Sum256(listed)
	entry, _ := json.Marshal(map[string]any{"fence": fence, "version": fetched.version, "fetched_at": fetched.fetched, "source": "provider",
		"checksum": hex.EncodeToString(sum[:]), "failed_groups": []string{}, "bundles": json.RawMessage(listed)})
	expires := int64((s.settings.life + grace).Seconds())
	_, err := s.call("SET", "catalog:entry", string(entry), "EX", strconv.FormatInt(expires, 10))
	return err
}

// saved is the saved copy, nil when there is none that can be served; what is damaged is deleted.
func (s *stores) saved() *catalog {
	found, err := s.call("GET", "catalog:entry")
	text, there := found.(string)
	if err != nil || !there {
		return nil
	}
	var entry struct {
		Version  *int64
		Fetched  time.Time `json:"fetched_at"`
		Checksum string
		Bundles  json.RawMessage
	}
	var bundles []bundle
	err = json.Unmarshal([]byte(text), &entry)
	sum := sha256.Sum256(entry.Bundles)
	if err != nil || entry.Checksum != hex.EncodeToString(sum[:]) || json.Unmarshal(entry.Bundles, &bundles) != nil || len(bundles) == 0 {
		tell("error", "cache.damaged", "reason", "not a saved copy, or its checksum does not match")
		_, _ = s.call("EVAL", deleteSame, "1", "catalog:entry", text)
		return nil
	}
	if time.Since(entry.Fetched) > s.settings.life+grace {
		tell("warning", "cache.expired")
		return nil
	}
	return &catalog{"cache", entry.Fetched, entry.Version, bundles}
}

func (s *stores) backup() (*catalog, error) {
	text, err := os.ReadFile(s.settings.backup)
	if err != nil {
		return nil, errors.New("the backup cannot be read")
	}
	var file struct {
		Saved   time.Time `json:"saved_at"`
		Bundles []bundle
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Bundles) == 0 || file.Saved.IsZero() {
		return nil, errors.New("the backup is damaged")
	}
	for _, one := range file.Bundles {
		if one.Name == "" || one.Price == "" {
			return nil, errors.New("the backup is damaged")
		}
	}
	return &catalog{"backup", file.Saved, nil, file.Bundles}, nil
}

const schema = `
CREATE TABLE IF NOT EXISTS catalog_versions (id bigserial PRIMARY KEY, source text, fetched_at timestamptz, checksum text, bundle_count int);
CREATE TABLE IF NOT EXISTS catalog_bundles (version_id bigint REFERENCES catalog_versions ON DELETE CASCADE, group_name text, name text,
  description text, countries text[], data_mb int, duration_days int, price numeric(12,2), currency text);
CREATE INDEX IF NOT EXISTS catalog_bundles_version ON catalog_bundles (version_id);
CREATE TABLE IF NOT EXISTS catalog_current (only_row boolean PRIMARY KEY DEFAULT true, version_id bigint REFERENCES catalog_versions ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS catalog_fence (only_row boolean PRIMARY KEY DEFAULT true, highest bigint);
INSERT INTO catalog_fence (highest) VALUES (0) ON CONFLICT DO NOTHING`

func (s *stores) inDatabase(limit time.Duration, work func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	connection, err := pgx.Connect(ctx, s.settings.database)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		connection.Close(ctx)
	}()
	return work(ctx, connection)
}

var errSuperseded = errors.New("another refresh has begun since")

// claim claims fence, or the last one plus one where fence is 0.
func (s *stores) claim(fence int64) (int64, error) {
	err := s.inDatabase(s.settings.store, func(ctx context.Context, connection *pgx.Conn) error {
		if _, err := connection.Exec(ctx, "SELECT pg_advisory_xact_lock(7);"+schema); err != nil {
			return err
		}
		err := connection.QueryRow(ctx, `UPDATE catalog_fence SET highest = CASE WHEN $1::bigint = 0 THEN highest + 1 ELSE $1::bigint END
			WHERE $1::bigint = 0 OR highest < $1::bigint RETURNING highest`, fence).Scan(&fence)
		if errors.Is(err, pgx.ErrNoRows) {
			return errSuperseded
		}
		return err
	})
	return fence, err
}

func (s *stores) publish(fence int64, fetched *catalog) (version int64, err error) {
	limit := s.settings.store + time.Duration(len(fetched.bundles)/5000)*time.Second
	err = s.inDatabase(limit, func(ctx context.Context, connection *pgx.Conn) error {
		tx, err := connection.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		err = tx.QueryRow(ctx, `INSERT INTO catalog_versions (source, fetched_at, bundle_count) VALUES ('provider', $1, $2) RETURNING id`,
			fetched.fetched, len(fetched.bundles)).Scan(&version)
		if err != nil {
			return err
		}
		// batches of INSERTs: how rows get into the tables is the service's own business
		for rows := fetched.bundles; len(rows) > 0; rows = rows[min(500, len(rows)):] {
			var batch pgx.Batch
			for _, one := range rows[:min(500, len(rows))] {
				batch.Queue(`INSERT INTO "catalog_bundles" VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::numeric, $9)`, version, one.Group, one.Name,
					one.Description, one.Countries, one.DataMB, one.Days, one.Price, one.Currency)
			}
			if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
				return err
			}
		}
		var highest int64
		if err := tx.QueryRow(ctx, "SELECT highest FROM catalog_fence FOR UPDATE").Scan(&highest); err != nil {
			return err
		}
		if highest != fence {
			return errSuperseded
		}
		if _, err := tx.Exec(ctx, `INSERT INTO catalog_current (version_id) VALUES ($1)
			ON CONFLICT (only_row) DO UPDATE SET version_id = excluded.version_id`, version); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM catalog_versions WHERE id NOT IN (SELECT id FROM catalog_versions ORDER BY id DESC LIMIT 2)`); err != nil {
			return err
		}
		return tx.Commit(ctx)
	})
	return version, err
}

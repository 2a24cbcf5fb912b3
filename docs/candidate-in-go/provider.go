package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

type bundle struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Group       string   `json:"group"`
	Countries   []string `json:"countries"`
	DataMB      int      `json:"data_mb"`
	Days        int      `json:"duration_days"`
	Price       string   `json:"price"`
	Currency    string   `json:"currency"`
}

type setAside struct {
	Name   *string `json:"name"`
	Reason string  `json:"reason"`
}

// failure is what the contract calls an error of a kind.
type failure struct{ kind, message string }

func (f *failure) Error() string { return f.message }

var iso = regexp.MustCompile(`^[A-Z]{2,3}$`)

type provider struct {
	settings settings
	client   *http.Client
}

func newProvider(s settings) *provider {
	dialer := &net.Dialer{Timeout: s.connect}
	return &provider{s, &http.Client{Timeout: s.connect + s.read,
		Transport: &http.Transport{DialContext: dialer.DialContext, ResponseHeaderTimeout: s.read, Proxy: nil}}}
}

// get asks for path, again after a network error, and decodes the answer into found.
func (p *provider) get(ctx context.Context, path string, query url.Values, found any) error {
	for attempt := 1; ; attempt++ {
		status, err := p.once(ctx, path, query, found)
		if err == nil {
			return nil
		}
		tell("error", "provider.request_failed", "kind", err.kind, "status", status, "path", path, "group", query.Get("group"),
			"reason", err.message)
		if attempt == p.settings.attempts || (err.kind != "timeout" && err.kind != "unreachable") {
			return err
		}
		wait := p.settings.first<<(attempt-1) + time.Duration(rand.Float64()*float64(p.settings.jitter))
		tell("info", "provider.retry", "attempt", attempt+1)
		select {
		case <-time.After(min(p.settings.capped, wait)):
		case <-ctx.Done():
			return &failure{"unexpected", "interrupted"}
		}
	}
}

func (p *provider) once(ctx context.Context, path string, query url.Values, found any) (any, *failure) {
	request, err := http.NewRequestWithContext(ctx, "GET", p.settings.provider+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, &failure{"unexpected", err.Error()}
	}
	request.Header.Set("X-API-Key", p.settings.key)
	answer, err := p.client.Do(request)
	if err != nil {
		return nil, network(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	switch code := answer.StatusCode; {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return code, &failure{"malformed", "the body is truncated"}
	case err != nil:
		return code, network(err)
	case code == 429:
		return code, &failure{"rate_limited", "the provider wants no calls for now"}
	case code == 401 || code == 403:
		return code, &failure{"unauthorised", "the provider rejects our key"}
	case code >= 500:
		return code, &failure{"server_error", fmt.Sprintf("the provider failed with %d", code)}
	case code != 200:
		return code, &failure{"unexpected", fmt.Sprintf("unexpected status %d", code)}
	}
	if err := json.Unmarshal(body, found); err != nil {
		return 200, &failure{"malformed", err.Error()}
	}
	return 200, nil
}

func network(err error) *failure {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return &failure{"timeout", "the provider does not answer in time"}
	}
	return &failure{"unreachable", "the connection to the provider failed"}
}

func (p *provider) groups(ctx context.Context) ([]string, error) {
	var listed []struct{ Name string }
	if err := p.get(ctx, "/organisation/groups", nil, &listed); err != nil {
		return nil, err
	}
	var names []string
	for _, one := range listed {
		if one.Name == "" {
			return nil, &failure{"malformed", "a group has no name"}
		}
		names = append(names, one.Name)
	}
	if names == nil {
		return nil, &failure{"malformed", "the list of groups is empty"}
	}
	return names, nil
}

func (p *provider) content(ctx context.Context, group string) (good []bundle, bad []setAside, err error) {
	for page, pages := 1, 1; page <= pages; page++ {
		var found struct {
			Bundles   []json.RawMessage
			PageCount *int
		}
		query := url.Values{"group": {group}, "page": {strconv.Itoa(page)}, "perPage": {"500"}}
		if err := p.get(ctx, "/catalogue", query, &found); err != nil {
			return nil, nil, err
		}
		if found.Bundles == nil || found.PageCount == nil {
			return nil, nil, &failure{"malformed", "a page lacks its bundles or its pageCount"}
		}
		pages = *found.PageCount
		for _, raw := range found.Bundles {
			if one, reason := read(raw, group); reason == "" {
				good = append(good, one)
			} else {
				var named struct{ Name *string }
				_ = json.Unmarshal(raw, &named)
				bad = append(bad, setAside{named.Name, reason})
			}
		}
	}
	if len(good) == 0 && len(bad) > 0 {
		return nil, nil, &failure{"malformed", "no bundle of a group is usable: " + bad[0].Reason}
	}
	return good, bad, nil
}

func read(raw json.RawMessage, group string) (bundle, string) {
	var offer struct {
		Name, Description    *string
		Countries            []struct{ ISO string }
		DataAmount, Duration *int
		Price                *float64
	}
	if err := json.Unmarshal(raw, &offer); err != nil {
		return bundle{}, err.Error()
	}
	if offer.Name == nil || *offer.Name == "" || offer.Description == nil || offer.Countries == nil || offer.DataAmount == nil ||
		*offer.DataAmount < -1 || offer.Duration == nil || *offer.Duration < 1 || offer.Price == nil || *offer.Price < 0 || *offer.Price > 1e6 {
		return bundle{}, "a field is missing or out of range"
	}
	countries := []string{}
	for _, country := range offer.Countries {
		if !iso.MatchString(country.ISO) {
			return bundle{}, "a country has no valid code"
		}
		countries = append(countries, country.ISO)
	}
	price := strconv.FormatFloat(float64(int64(*offer.Price*100+0.5+1e-9))/100, 'f', 2, 64)
	return bundle{*offer.Name, *offer.Description, group, countries, *offer.DataAmount, *offer.Duration, price, "EUR"}, ""
}

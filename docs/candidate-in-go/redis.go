package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// call sends one command over a connection of its own, within the time-out of a Redis call. A missing key is nil, a text a string.
func (s *stores) call(words ...string) (any, error) {
	address, err := url.Parse(s.settings.redis)
	if err != nil {
		return nil, err
	}
	host := address.Host
	if address.Port() == "" {
		host = net.JoinHostPort(address.Hostname(), "6379")
	}
	deadline := time.Now().Add(s.settings.cache)
	connection, err := net.DialTimeout("tcp", host, s.settings.cache)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetDeadline(deadline)
	commands := [][]string{words}
	if database := strings.Trim(address.Path, "/"); database != "" && database != "0" {
		commands = append([][]string{{"SELECT", database}}, commands...)
	}
	if password, given := address.User.Password(); given {
		commands = append([][]string{{"AUTH", password}}, commands...)
	}
	reader := bufio.NewReader(connection)
	var reply any
	for _, command := range commands {
		request := fmt.Sprintf("*%d\r\n", len(command))
		for _, word := range command {
			request += fmt.Sprintf("$%d\r\n%s\r\n", len(word), word)
		}
		if _, err = io.WriteString(connection, request); err == nil {
			reply, err = readReply(reader)
		}
		if err != nil {
			return nil, err
		}
	}
	return reply, nil
}

// readReply reads what the commands of this service are answered with: a status, an error, a number, or a text.
func readReply(reader *bufio.Reader) (any, error) {
	line, err := reader.ReadString('\n')
	if err != nil {
		return nil, err
	}
	kind, rest := line[0], strings.TrimRight(line[1:], "\r\n")
	switch kind {
	case '+':
		return rest, nil
	case '-':
		return nil, errors.New(rest)
	case ':':
		return strconv.ParseInt(rest, 10, 64)
	case '$':
		size, err := strconv.Atoi(rest)
		if err != nil || size < 0 {
			return nil, err
		}
		text := make([]byte, size+2)
		_, err = io.ReadFull(reader, text)
		return string(text[:size]), err
	}
	return nil, fmt.Errorf("an answer of an unknown kind: %q", line)
}

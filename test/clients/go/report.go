package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
)

// line is what suite.ts reads: a check, the versions, or the end.
type line struct {
	Client   string            `json:"client,omitempty"`
	What     string            `json:"what,omitempty"`
	Rules    []string          `json:"rules,omitempty"`
	Error    string            `json:"error,omitempty"`
	Versions map[string]string `json:"versions,omitempty"`
	Done     bool              `json:"done,omitempty"`
}

func say(l line) {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(text, '\n'))
}

// check does one check; what it returns is its error.
func check(client, what string, rules []string, does func() error) {
	l := line{Client: client, What: what, Rules: rules}
	if err := does(); err != nil {
		l.Error = err.Error()
	}
	text, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	if l.Rules == nil {
		// The reader wants a list, if an empty one.
		text = append([]byte(`{"rules":[],`), text[1:]...)
	}
	os.Stdout.Write(append(text, '\n'))
}

// versions says which versions the program was built with.
func versions(modules ...string) {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			for _, wanted := range modules {
				if module.Path == wanted {
					found[wanted] = module.Version
				}
			}
		}
	}
	say(line{Versions: found})
}

func equal(got, wanted any) error {
	if g, w := fmt.Sprint(got), fmt.Sprint(wanted); g != w {
		return fmt.Errorf("expected %s, got %s", w, g)
	}
	return nil
}

// first returns the first error, so that a check reads as a list of claims.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// is compares the value of a call that may fail.
func is[T any](wanted any) func(got T, err error) error {
	return func(got T, err error) error {
		if err != nil {
			return err
		}
		return equal(got, wanted)
	}
}

// Unmodified Go clients: `program up|down loopback|namespace`. On loopback GCE_METADATA_HOST names the server; in the
// namespace nothing does, and 169.254.169.254 is it.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"cloud.google.com/go/auth/credentials"
	"cloud.google.com/go/compute/metadata"
	"golang.org/x/oauth2/google"
)

const (
	library = "cloud.google.com/go/compute/metadata"
	auths   = "cloud.google.com/go/auth"
	xoauth  = "golang.org/x/oauth2"
	api     = "google.golang.org/api"
)

func main() {
	versions(library, auths, xoauth, api)
	origin, up, place := os.Getenv("EMULATOR_ORIGIN"), os.Args[1] == "up", os.Args[2]
	switch {
	case place == "namespace":
		check(library, onGCE(up), rulesIf(up, "R1", "R3", "R16"), func() error { return equal(metadata.OnGCE(), up) })
		if up {
			check(xoauth, "`google.FindDefaultCredentials()` with no variable set", []string{"R1", "R11", "R20"}, func() error { return xoauth2(origin) })
		} else {
			check(xoauth, "`google.FindDefaultCredentials()` with no variable set could not find any", nil, func() error {
				_, err := google.FindDefaultCredentials(context.Background(), scope)
				return says(err, "could not find default credentials")
			})
		}
	case up:
		values()
		subscribes(origin)
		tokens(origin)
	default:
		down()
	}
	say(line{Done: true})
}

func onGCE(up bool) string { return fmt.Sprintf("`OnGCE()` with no variable set is %t", up) }

func rulesIf(up bool, rules ...string) []string {
	if up {
		return rules
	}
	return nil
}

func values() {
	ctx := context.Background()
	check(library, "`OnGCE()` with GCE_METADATA_HOST set", nil, func() error { return equal(metadata.OnGCE(), true) })
	check(library, "project, number, id, name, host name, zone", []string{"R4", "R15", "R22"}, func() error {
		return first(
			is[string]("emulated-project")(metadata.ProjectIDWithContext(ctx)),
			is[string]("412345678901")(metadata.NumericProjectIDWithContext(ctx)),
			is[string]("7243198306741625103")(metadata.InstanceIDWithContext(ctx)),
			is[string]("emulated-vm")(metadata.InstanceNameWithContext(ctx)),
			is[string]("emulated-vm.us-central1-a.c.emulated-project.internal")(metadata.HostnameWithContext(ctx)),
			is[string]("us-central1-a")(metadata.ZoneWithContext(ctx)))
	})
	check(library, "internal and external address", []string{"R4"}, func() error {
		return first(is[string]("10.128.0.2")(metadata.InternalIPWithContext(ctx)), is[string]("")(metadata.ExternalIPWithContext(ctx)))
	})
	check(library, "tags as JSON", []string{"R5", "R22"}, func() error {
		return is[[]string]([]string{"blue", "green"})(metadata.InstanceTagsWithContext(ctx))
	})
	check(library, "attributes: lines of the listing, and values", []string{"R4"}, func() error {
		return first(
			is[[]string]([]string{"enable-guest-attributes", "greeting", "port"})(metadata.InstanceAttributesWithContext(ctx)),
			is[[]string]([]string{"team"})(metadata.ProjectAttributesWithContext(ctx)),
			is[string]("hello")(metadata.InstanceAttributeValueWithContext(ctx, "greeting")),
			is[string]("blue")(metadata.ProjectAttributeValueWithContext(ctx, "team")))
	})
	check(library, "account: `Email()` and `Scopes()`, by alias and by e-mail", []string{"R4", "R7"}, func() error {
		scopes := []string{scope, "https://www.googleapis.com/auth/userinfo.email"}
		return first(
			is[string](email)(metadata.EmailWithContext(ctx, "")), is[string](email)(metadata.EmailWithContext(ctx, email)),
			is[[]string](scopes)(metadata.ScopesWithContext(ctx, "")), is[[]string](scopes)(metadata.ScopesWithContext(ctx, email)))
	})
	check(library, "an attribute that is not there is a NotDefinedError", []string{"R3", "R25"}, func() error {
		_, err := metadata.InstanceAttributeValueWithContext(ctx, "none")
		if _, ok := err.(metadata.NotDefinedError); !ok {
			return fmt.Errorf("got %v", err)
		}
		return nil
	})
}

// subscribes waits for a guest attribute that is written while it waits, and for its end.
func subscribes(origin string) {
	check(library, "`Subscribe()` of a guest attribute: each write arrives, waiting until then, and its end too", []string{"R21", "R23", "R26"}, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := write(http.MethodPut, origin, "one"); err != nil {
			return err
		}
		var seen []string
		err := metadata.SubscribeWithContext(ctx, "instance/guest-attributes/test/key", func(_ context.Context, value string, ok bool) error {
			seen = append(seen, fmt.Sprintf("%s %t", value, ok))
			switch len(seen) {
			case 1:
				go func() {
					// Long enough for the wait to have begun, and too long for a wait that does not wait.
					time.Sleep(500 * time.Millisecond)
					write(http.MethodPut, origin, "two")
				}()
			case 2:
				go write(http.MethodDelete, origin, "")
			}
			return nil
		})
		return first(err, equal(strings.Join(seen, ", "), "one true, two true,  false"))
	})
}

func write(method, origin, value string) error {
	request, err := http.NewRequest(method, origin+"/computeMetadata/v1/instance/guest-attributes/test/key", strings.NewReader(value))
	if err != nil {
		return err
	}
	request.Header.Set("Metadata-Flavor", "Google")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s of the guest attribute was answered with %d", method, answer.StatusCode)
	}
	return nil
}

func tokens(origin string) {
	check(xoauth, "`google.FindDefaultCredentials()`: token, project, universe", []string{"R9", "R11", "R12", "R20"}, func() error { return xoauth2(origin) })
	check(xoauth, "`google.ComputeTokenSource()` by e-mail", []string{"R7"}, func() error { return xoauth2ByEmail(origin) })
	check(auths, "`credentials.DetectDefault()`: token, project, universe", []string{"R11", "R12", "R18", "R20"}, func() error { return cloudAuth(origin) })
	check(auths, "`idtoken.NewCredentials()`, and its validator with our keys", []string{"R9", "R13"}, func() error { return cloudAuthIDToken(origin) })
	check(api, "`idtoken.NewTokenSource()`, and its validator with our keys", []string{"R9", "R13"}, func() error { return apiIDToken(origin) })
}

func down() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	check(library, "`ProjectID()` is an error", nil, func() error {
		_, err := metadata.ProjectIDWithContext(ctx)
		return says(err, "refused")
	})
	check(library, "`Subscribe()` is an error", nil, func() error {
		err := metadata.SubscribeWithContext(ctx, "instance/id", func(context.Context, string, bool) error { return errors.New("called") })
		return says(err, "refused")
	})
	check(auths, "a token is an error", nil, func() error {
		creds, err := credentials.DetectDefault(&credentials.DetectOptions{Scopes: []string{scope}})
		if err != nil {
			return err
		}
		_, err = creds.Token(ctx)
		return says(err, "refused")
	})
}

func says(err error, text string) error {
	if err == nil || !strings.Contains(err.Error(), text) {
		return fmt.Errorf("expected an error with %q, got %v", text, err)
	}
	return nil
}

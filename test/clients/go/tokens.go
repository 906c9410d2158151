package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"
	authidtoken "cloud.google.com/go/auth/credentials/idtoken"
	"golang.org/x/oauth2/google"
	"google.golang.org/api/idtoken"
	"google.golang.org/api/option"
)

const (
	audience = "https://service.example.com/path?with=query"
	email    = "412345678901-compute@developer.gserviceaccount.com"
	scope    = "https://www.googleapis.com/auth/cloud-platform"
)

// ours sends what is meant for Google's certs to the server's own keys.
type ours struct{ origin string }

func (o ours) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.String() != "https://www.googleapis.com/oauth2/v3/certs" {
		return nil, fmt.Errorf("not the address of Google's certs: %s", request.URL)
	}
	target, err := url.Parse(o.origin + "/emulator/v1/issuer/jwks")
	if err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(&http.Request{Method: "GET", URL: target, Header: http.Header{}})
}

// account asks the server whose token it is.
func account(origin, token string) (string, error) {
	answer, err := http.Get(origin + "/emulator/v1/issuer/tokeninfo?access_token=" + url.QueryEscape(token))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var info struct{ Email string }
	err = json.NewDecoder(answer.Body).Decode(&info)
	return info.Email, err
}

func xoauth2(origin string) error {
	ctx := context.Background()
	creds, err := google.FindDefaultCredentials(ctx, scope)
	if err != nil {
		return err
	}
	token, err := creds.TokenSource.Token()
	if err != nil {
		return err
	}
	universe, err := creds.GetUniverseDomain()
	return first(err,
		equal(creds.ProjectID, "emulated-project"), equal(universe, "googleapis.com"), equal(token.TokenType, "Bearer"),
		longEnough(token.Expiry), is[string](email)(account(origin, token.AccessToken)))
}

func xoauth2ByEmail(origin string) error {
	token, err := google.ComputeTokenSource(email, scope).Token()
	if err != nil {
		return err
	}
	return is[string](email)(account(origin, token.AccessToken))
}

func cloudAuth(origin string) error {
	ctx := context.Background()
	creds, err := credentials.DetectDefault(&credentials.DetectOptions{Scopes: []string{scope}})
	if err != nil {
		return err
	}
	token, err := creds.Token(ctx)
	if err != nil {
		return err
	}
	return first(
		is[string]("emulated-project")(creds.ProjectID(ctx)), is[string]("googleapis.com")(creds.UniverseDomain(ctx)),
		longEnough(token.Expiry), is[string](email)(account(origin, token.Value)))
}

func cloudAuthIDToken(origin string) error {
	ctx := context.Background()
	creds, err := authidtoken.NewCredentials(&authidtoken.Options{Audience: audience})
	if err != nil {
		return err
	}
	token, err := creds.Token(ctx)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: ours{origin}}
	validator, err := authidtoken.NewValidator(&authidtoken.ValidatorOptions{Client: client})
	if err != nil {
		return err
	}
	return validated(token, func(token *auth.Token, audience string) (string, map[string]any, error) {
		payload, err := validator.Validate(ctx, token.Value, audience)
		if err != nil {
			return "", nil, err
		}
		return payload.Issuer, payload.Claims, nil
	})
}

func apiIDToken(origin string) error {
	ctx := context.Background()
	source, err := idtoken.NewTokenSource(ctx, audience)
	if err != nil {
		return err
	}
	token, err := source.Token()
	if err != nil {
		return err
	}
	validator, err := idtoken.NewValidator(ctx, option.WithHTTPClient(&http.Client{Transport: ours{origin}}))
	if err != nil {
		return err
	}
	return validated(&auth.Token{Value: token.AccessToken}, func(token *auth.Token, audience string) (string, map[string]any, error) {
		payload, err := validator.Validate(ctx, token.Value, audience)
		if err != nil {
			return "", nil, err
		}
		return payload.Issuer, payload.Claims, nil
	})
}

// validated wants the token accepted for its audience and refused for another one.
func validated(token *auth.Token, validate func(*auth.Token, string) (string, map[string]any, error)) error {
	issuer, claims, err := validate(token, audience)
	if err != nil {
		return err
	}
	_, _, other := validate(token, "https://other.example.com")
	if other == nil || !strings.Contains(other.Error(), "audience") {
		return fmt.Errorf("another audience was not refused: %v", other)
	}
	return first(equal(issuer, "https://accounts.google.com"), equal(claims["email"], email))
}

func longEnough(expiry time.Time) error {
	if left := time.Until(expiry); left < 360*time.Second {
		return fmt.Errorf("only %s left", left)
	}
	return nil
}

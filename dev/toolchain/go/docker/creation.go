package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/docker/docker/client"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

type limitsKey struct{}

// limits are what a container gets besides, in the engine's own units: 1e-9 processors, and bytes.
type limits struct {
	NanoCpus          int64
	MemoryReservation int64
}

// withLimits gives the context of a container's creation the limits that it is to have.
func withLimits(ctx context.Context, of limits) context.Context {
	return context.WithValue(ctx, limitsKey{}, of)
}

// sendLimits has the provider's client add them to the creation, as newer upstream versions do: what the engine refuses
// then is no container.
func sendLimits(upstream *schema.Provider) {
	configure := upstream.ConfigureContextFunc
	upstream.ConfigureContextFunc = func(ctx context.Context, data *schema.ResourceData) (any, diag.Diagnostics) {
		meta, found := configure(ctx, data)
		if found.HasError() {
			return meta, found
		}
		config := meta.(*provider.ProviderConfig)
		wrapped, err := wrap(config.DockerClient)
		if err != nil {
			return nil, diag.FromErr(err)
		}
		config.DockerClient = wrapped
		return config, found
	}
}

func wrap(original *client.Client) (*client.Client, error) {
	transport := original.HTTPClient().Transport
	options := []client.Opt{
		client.WithHost(original.DaemonHost()),
		// Afterwards: the host can be applied to a transport of the library's own only.
		client.WithHTTPClient(&http.Client{Transport: &adding{transport}}),
		client.WithAPIVersionNegotiation(),
	}
	if own, ok := transport.(*http.Transport); ok && own.TLSClientConfig != nil {
		options = append(options, client.WithScheme("https"))
	}
	return client.NewClientWithOpts(options...)
}

type adding struct{ http.RoundTripper }

func (a *adding) RoundTrip(request *http.Request) (*http.Response, error) {
	of, has := request.Context().Value(limitsKey{}).(limits)
	if !has || request.Method != http.MethodPost || !strings.HasSuffix(request.URL.Path, "/containers/create") {
		return a.RoundTripper.RoundTrip(request)
	}
	described := map[string]json.RawMessage{}
	host := map[string]json.RawMessage{}
	defer request.Body.Close()
	if err := json.NewDecoder(request.Body).Decode(&described); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(described["HostConfig"], &host); err != nil {
		return nil, err
	}
	for name, value := range map[string]int64{"NanoCpus": of.NanoCpus, "MemoryReservation": of.MemoryReservation} {
		if value != 0 {
			host[name], _ = json.Marshal(value)
		}
	}
	described["HostConfig"], _ = json.Marshal(host)
	body, err := json.Marshal(described)
	if err != nil {
		return nil, err
	}
	changed := request.Clone(request.Context())
	changed.Body = io.NopCloser(bytes.NewReader(body))
	changed.ContentLength = int64(len(body))
	return a.RoundTripper.RoundTrip(changed)
}

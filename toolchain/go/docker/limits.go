package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/hashicorp/go-cty/cty"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const (
	megabyte = 1024 * 1024
	// A container that ends and restarts at once refuses limits in between, and that is no reason to fail here.
	limitAttempts   = 5
	betweenAttempts = 100 * time.Millisecond
)

// addLimits adds what newer upstream versions have: cpus and memory_reservation, set on the container as soon as it is
// made.
func addLimits(resource *schema.Resource) {
	resource.Schema["cpus"] = &schema.Schema{
		Type:     schema.TypeString,
		Optional: true,
		ValidateDiagFunc: func(value any, path cty.Path) diag.Diagnostics {
			if _, err := nanoCPUs(value.(string)); err != nil {
				return diag.Diagnostics{{Severity: diag.Error, Summary: err.Error(), AttributePath: path}}
			}
			return nil
		},
	}
	resource.Schema["memory_reservation"] = &schema.Schema{Type: schema.TypeInt, Optional: true}

	create, update := resource.CreateContext, resource.UpdateContext
	resource.CreateContext = func(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
		found := create(ctx, data, meta)
		if data.Id() == "" || found.HasError() {
			return found
		}
		return append(found, setLimits(ctx, data, meta)...)
	}
	resource.UpdateContext = func(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
		found := update(ctx, data, meta)
		if found.HasError() || !data.HasChanges("cpus", "memory_reservation") {
			return found
		}
		return append(found, setLimits(ctx, data, meta)...)
	}
}

func setLimits(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
	cpus, err := nanoCPUs(data.Get("cpus").(string))
	if err != nil {
		return diag.FromErr(err)
	}
	reservation := int64(data.Get("memory_reservation").(int)) * megabyte
	if cpus == 0 && reservation == 0 {
		return nil
	}
	limits := container.UpdateConfig{Resources: container.Resources{NanoCPUs: cpus, MemoryReservation: reservation}}
	client := meta.(*provider.ProviderConfig).DockerClient
	for range limitAttempts {
		if _, err = client.ContainerUpdate(ctx, data.Id(), limits); err == nil {
			return nil
		}
		time.Sleep(betweenAttempts)
	}
	return diag.Diagnostics{{Severity: diag.Warning, Summary: fmt.Sprintf("no CPU limit set: %s", err)}}
}

func nanoCPUs(cpus string) (int64, error) {
	if cpus == "" {
		return 0, nil
	}
	value, err := strconv.ParseFloat(cpus, 64)
	return int64(value * 1e9), err
}

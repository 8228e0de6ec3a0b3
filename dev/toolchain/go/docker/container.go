package main

import (
	"context"
	"math"
	"math/big"
	"sort"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/client"
	"github.com/hashicorp/go-cty/cty"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const (
	megabyte = 1024 * 1024
	nano     = 1e9
)

type operation = func(context.Context, *schema.ResourceData, any) diag.Diagnostics

// likeNewer has containers behave as with newer upstream versions, where what serves depends on it: limits are part of
// the creation, one that has stopped stays and is started again, and what is read back is what the engine has.
func likeNewer(resource *schema.Resource) {
	resource.Schema["cpus"] = &schema.Schema{
		Type:     schema.TypeString,
		Optional: true,
		ForceNew: true,
		ValidateDiagFunc: func(value any, path cty.Path) diag.Diagnostics {
			if _, err := nanoCPUs(value.(string)); err != nil {
				return diag.Diagnostics{{Severity: diag.Error, Summary: err.Error(), AttributePath: path}}
			}
			return nil
		},
	}
	resource.Schema["memory_reservation"] = &schema.Schema{Type: schema.TypeInt, Optional: true}

	create, read, update := resource.CreateContext, resource.ReadContext, resource.UpdateContext
	resource.CreateContext = func(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
		cpus, err := nanoCPUs(data.Get("cpus").(string))
		if err != nil {
			return diag.FromErr(err)
		}
		reservation := int64(data.Get("memory_reservation").(int)) * megabyte
		return reading(create)(withLimits(ctx, limits{NanoCpus: cpus, MemoryReservation: reservation}), data, meta)
	}
	resource.ReadContext = reading(read)
	resource.DeleteContext = deleting(resource.DeleteContext)
	resource.UpdateContext = func(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
		if was, is := data.GetChange("must_run"); !was.(bool) && is.(bool) {
			engine := meta.(*provider.ProviderConfig).DockerClient
			if err := engine.ContainerStart(ctx, data.Id(), types.ContainerStartOptions{}); err != nil {
				return diag.Errorf("Unable to start container: %s", err)
			}
		}
		return reading(update)(ctx, data, meta)
	}
}

// deleting takes one that is gone already for deleted.
func deleting(work operation) operation {
	return func(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
		_, err := meta.(*provider.ProviderConfig).DockerClient.ContainerInspect(ctx, data.Id())
		if client.IsErrNotFound(err) {
			data.SetId("")
			return nil
		}
		return work(ctx, data, meta)
	}
}

// reading does what ends with reading a container, and reads it as newer versions do.
func reading(work operation) operation {
	return func(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
		mustRun := data.Get("must_run").(bool)
		// The old version removes a container that it finds stopped.
		_ = data.Set("must_run", false)
		found := work(ctx, data, meta)
		if data.Id() == "" {
			return found
		}
		_ = data.Set("must_run", mustRun)
		if found.HasError() {
			return found
		}
		container, err := meta.(*provider.ProviderConfig).DockerClient.ContainerInspect(ctx, data.Id())
		if err != nil {
			return append(found, diag.FromErr(err)...)
		}
		// One that has stopped is a change, which starts it.
		_ = data.Set("must_run", mustRun && container.State.Running)
		if container.HostConfig.NanoCPUs > 0 {
			_ = data.Set("cpus", decimal(container.HostConfig.NanoCPUs))
		}
		_ = data.Set("memory_reservation", container.HostConfig.MemoryReservation/megabyte)
		return append(found, setPorts(data, container, mustRun)...)
	}
}

// setPorts sets a port's bindings each by itself: the old version reads the last one as often as there are any.
func setPorts(data *schema.ResourceData, container types.ContainerJSON, mustRun bool) diag.Diagnostics {
	if _, has := data.GetOk("ports"); !has || (!container.State.Running && !mustRun) {
		return nil
	}
	ports := []any{}
	for port, bindings := range container.NetworkSettings.Ports {
		for _, binding := range bindings {
			external, _ := strconv.Atoi(binding.HostPort)
			ports = append(ports, map[string]any{
				"internal": port.Int(), "external": external, "ip": binding.HostIP, "protocol": port.Proto(),
			})
		}
	}
	sort.SliceStable(ports, func(i, j int) bool {
		return ports[i].(map[string]any)["internal"].(int) < ports[j].(map[string]any)["internal"].(int)
	})
	return diag.FromErr(data.Set("ports", ports))
}

func nanoCPUs(cpus string) (int64, error) {
	if cpus == "" {
		return 0, nil
	}
	value, err := strconv.ParseFloat(cpus, 64)
	return int64(math.Round(value * nano)), err
}

// decimal writes a number as the newer versions do, with what is odd about it: 2000000000 as 2.0, 10000000000 as 10. and
// 50000000 as 0.1.
func decimal(nanoCPUs int64) string {
	number := new(big.Rat).SetFrac64(nanoCPUs, nano)
	text := number.FloatString(9)
	if strings.Count(text, "0") == 9 {
		return number.FloatString(1)
	}
	return strings.TrimRight(text, "0")
}

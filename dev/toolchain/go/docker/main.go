// The plugin `docker` for Pulumi, bridged from the upstream provider.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"

	"webnet/toolchain/names"
)

var version = "0.0.0"

func main() {
	upstream := provider.New(version)()
	sendLimits(upstream)
	likeNewer(upstream.ResourcesMap["docker_container"])
	info := tfbridge.ProviderInfo{
		P:            sdkv2.NewProvider(upstream),
		Name:         "docker",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
		Config:       fields{"registry_auth": {Name: "registryAuth"}},
		Resources:    map[string]*tfbridge.ResourceInfo{},
	}
	for key, name := range map[string]string{
		"docker_registry_image": "RegistryImage",
		"docker_config":         "ServiceConfig",
		"docker_container":      "Container",
		"docker_image":          "RemoteImage",
		"docker_network":        "Network",
		"docker_plugin":         "Plugin",
		"docker_secret":         "Secret",
		"docker_service":        "Service",
		"docker_tag":            "Tag",
		"docker_volume":         "Volume",
	} {
		info.Resources[key] = &tfbridge.ResourceInfo{
			Tok:    tfbridge.MakeResource("docker", "index", name),
			Fields: sdkNames[key],
		}
	}
	info.SetAutonaming(255, "-")
	names.PrintIfAsked(info)
	tfbridge.Main("docker", version, info, []byte("{}"))
}

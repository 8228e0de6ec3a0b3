// Package names lists the property names under which a bridged provider is spoken to.
package names

import (
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// Property is one property of a resource: Input says whether a program may set it, Properties holds those of a
// nested object or of a list's elements.
type Property struct {
	Input      bool                `json:"input"`
	Properties map[string]Property `json:"properties,omitempty"`
}

// PrintIfAsked prints the properties by resource token, and those of the provider itself under the package's name,
// as JSON and ends the process when the first argument is --property-names.
func PrintIfAsked(info tfbridge.ProviderInfo) {
	if len(os.Args) < 2 || os.Args[1] != "--property-names" {
		return
	}
	all := map[string]map[string]Property{info.Name: properties(info.P.Schema(), info.Config)}
	for key, resource := range info.Resources {
		all[string(resource.Tok)] = properties(info.P.ResourcesMap().Get(key).Schema(), resource.Fields)
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		panic(err)
	}
	os.Exit(0)
}

func properties(schema shim.SchemaMap, infos map[string]*tfbridge.SchemaInfo) map[string]Property {
	found := map[string]Property{}
	schema.Range(func(key string, value shim.Schema) bool {
		property := Property{Input: value.Optional() || value.Required()}
		if nested, ok := value.Elem().(shim.Resource); ok {
			property.Properties = properties(nested.Schema(), nestedInfos(infos[key]))
		}
		found[tfbridge.TerraformToPulumiNameV2(key, schema, infos)] = property
		return true
	})
	return found
}

func nestedInfos(info *tfbridge.SchemaInfo) map[string]*tfbridge.SchemaInfo {
	if info == nil {
		return nil
	}
	if info.Elem != nil {
		return info.Elem.Fields
	}
	return info.Fields
}

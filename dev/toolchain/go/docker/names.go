package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

type fields = map[string]*tfbridge.SchemaInfo

// The bridge makes plurals of list names; these are the ones that the Node SDK spells otherwise.
var sdkNames = map[string]fields{
	"docker_container": {
		"command":           {Name: "command"},
		"dns":               {Name: "dns"},
		"networks_advanced": {Name: "networksAdvanced"},
	},
}

// The plugin `command` for Pulumi: commands on this machine as resources.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"webnet/toolchain/command/local"
)

var version = "0.0.0"

func main() {
	ctx := context.Background()
	command := infer.Provider(infer.Options{
		Resources: []infer.InferredResource{infer.Resource(&local.Command{})},
		Functions: []infer.InferredFunction{infer.Function(&local.Run{})},
	})
	var err error
	if len(os.Args) > 1 && os.Args[1] == "--schema" {
		err = printSchema(ctx, command)
	} else {
		err = command.Run(ctx, "command", version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func printSchema(ctx context.Context, command provider.Provider) error {
	schema, err := provider.GetSchema(ctx, "command", version, command)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(schema)
}

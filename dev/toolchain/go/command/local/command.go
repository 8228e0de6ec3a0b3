// Package local is the module `command:local`.
package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs one command when the resource is made, changed and deleted.
type Command struct{}

// CommandInputs are what a program sets.
type CommandInputs struct {
	Settings
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// CommandState is what the stack remembers.
type CommandState struct {
	CommandInputs
	Result
}

// Create runs the command of that name.
func (*Command) Create(
	ctx context.Context, request infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandState], error) {
	state := CommandState{CommandInputs: request.Inputs}
	id, err := resource.NewUniqueHex(request.Name, 8, 0)
	if err == nil && !request.DryRun && request.Inputs.Create != nil {
		err = run(ctx, *request.Inputs.Create, request.Inputs.Settings, &state.Result)
	}
	return infer.CreateResponse[CommandState]{ID: id, Output: state}, err
}

// Update runs the command of that name, or that of Create where there is none.
func (*Command) Update(
	ctx context.Context, request infer.UpdateRequest[CommandInputs, CommandState],
) (infer.UpdateResponse[CommandState], error) {
	state := CommandState{CommandInputs: request.Inputs, Result: request.State.Result}
	command := request.Inputs.Update
	if command == nil {
		command = request.Inputs.Create
	}
	var err error
	if command != nil && !request.DryRun {
		err = run(ctx, *command, request.Inputs.Settings, &state.Result)
	}
	return infer.UpdateResponse[CommandState]{Output: state}, err
}

// Delete runs the command of that name as the state has it.
func (*Command) Delete(ctx context.Context, request infer.DeleteRequest[CommandState]) (infer.DeleteResponse, error) {
	var err error
	if request.State.Delete != nil {
		err = run(ctx, *request.State.Delete, request.State.Settings, &request.State.Result)
	}
	return infer.DeleteResponse{}, err
}

// Run is a function: one command, at every run of the program.
type Run struct{}

// RunInputs are what a program passes to Run.
type RunInputs struct {
	Settings
	Command string `pulumi:"command"`
}

// RunResult is what Run gives back.
type RunResult struct {
	RunInputs
	Result
}

// Invoke runs the command.
func (*Run) Invoke(
	ctx context.Context, request infer.FunctionRequest[RunInputs],
) (infer.FunctionResponse[RunResult], error) {
	result := RunResult{RunInputs: request.Input}
	err := run(ctx, request.Input.Command, request.Input.Settings, &result.Result)
	return infer.FunctionResponse[RunResult]{Output: result}, err
}

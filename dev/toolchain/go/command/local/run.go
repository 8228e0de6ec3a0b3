package local

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	provider "github.com/pulumi/pulumi-go-provider"
)

// A grandchild that keeps a stream open after the end of the command must not hold up the update for ever.
const streamsAfterEnd = 10 * time.Second

// run starts one command, waits for its end and puts what it wrote and made into result. A command that fails leaves
// result as it was; the error has its exit code and all that it wrote.
func run(ctx context.Context, command string, settings Settings, result *Result) error {
	words := []string{"/bin/sh", "-c"}
	if settings.Interpreter != nil && len(*settings.Interpreter) > 0 {
		words = *settings.Interpreter
	}
	process := exec.CommandContext(ctx, words[0], append(words[1:len(words):len(words)], command)...)
	process.Env = environment(settings, result)
	if settings.Dir != nil {
		process.Dir = *settings.Dir
	}
	if settings.Stdin != nil && *settings.Stdin != "" {
		process.Stdin = strings.NewReader(*settings.Stdin)
	}
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGKILL) }
	process.WaitDelay = streamsAfterEnd

	var stdout, stderr bytes.Buffer
	both := &sharedBuffer{}
	shown, closeShown := show(ctx)
	process.Stdout = tee(&stdout, both, shown, settings.Logging.shows(logStdout))
	process.Stderr = tee(&stderr, both, shown, settings.Logging.shows(logStderr))
	err := process.Run()
	closeShown()
	if err != nil {
		return fmt.Errorf("%w: running %q:\n%s", err, command, both.String())
	}
	result.Stdout = strings.TrimSuffix(stdout.String(), "\n")
	result.Stderr = strings.TrimSuffix(stderr.String(), "\n")
	return collect(process.Dir, settings, result)
}

func environment(settings Settings, before *Result) []string {
	environment := os.Environ()
	if settings.Environment != nil {
		for name, value := range *settings.Environment {
			environment = append(environment, name+"="+value)
		}
	}
	if settings.AddPreviousOutputInEnv == nil || *settings.AddPreviousOutputInEnv {
		if before.Stdout != "" {
			environment = append(environment, "PULUMI_COMMAND_STDOUT="+before.Stdout)
		}
		if before.Stderr != "" {
			environment = append(environment, "PULUMI_COMMAND_STDERR="+before.Stderr)
		}
	}
	return environment
}

func tee(own, both, shown io.Writer, isShown bool) io.Writer {
	if isShown {
		return io.MultiWriter(own, both, shown)
	}
	return io.MultiWriter(own, both)
}

// show gives a writer whose lines appear beside the resource, and what closes it after the last line.
func show(ctx context.Context) (io.Writer, func()) {
	reader, writer := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewReader(reader)
		for {
			line, err := lines.ReadString('\n')
			if line != "" {
				provider.GetLogger(ctx).InfoStatus(strings.TrimSuffix(line, "\n"))
			}
			if err != nil {
				return
			}
		}
	}()
	return writer, func() {
		_ = writer.Close()
		<-done
	}
}

type sharedBuffer struct {
	lock   sync.Mutex
	buffer bytes.Buffer
}

func (b *sharedBuffer) Write(data []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.buffer.Write(data)
}

func (b *sharedBuffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.buffer.String()
}

// An S3 server that keeps everything in memory: for tests of backends in a bucket.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

var version = "0.0.0"

// The first argument is the name of the bucket that it begins with. It prints its address, and ends with its input.
func main() {
	backend := s3mem.New()
	if err := backend.CreateBucket(os.Args[1]); err != nil {
		fail(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	fmt.Println(listener.Addr())
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}()
	fail(http.Serve(listener, gofakes3.New(backend).Server()))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, version, err)
	os.Exit(1)
}

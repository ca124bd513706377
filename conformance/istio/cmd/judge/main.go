// Command judge translates Kubernetes and Istio objects with real Pilot, in process, and prints
// what Pilot would send to one gateway. It reads one case a line from standard input (JSON) and
// writes one answer a line to standard output, until standard input ends.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"istio.io/istio/pkg/log"
)

func main() {
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	options.SetDefaultOutputLevel(log.OverrideScopeName, log.NoneLevel)
	if err := log.Configure(options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	schemas, err := loadSchemas(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	reader := bufio.NewReaderSize(os.Stdin, 1<<20)
	writer := bufio.NewWriterSize(os.Stdout, 1<<20)
	decoder := json.NewDecoder(reader)
	for decoder.More() {
		var in input
		if err := decoder.Decode(&in); err != nil {
			fmt.Fprintln(os.Stderr, "judge: unreadable case:", err)
			os.Exit(2)
		}
		out := answer(in, schemas)
		line, err := json.Marshal(out)
		if err != nil {
			line, _ = json.Marshal(output{ID: in.ID, Error: err.Error()})
		}
		_, _ = writer.Write(append(line, '\n'))
		_ = writer.Flush()
	}
}

func answer(in input, schemas *schemas) (out output) {
	defer func() {
		if r := recover(); r != nil {
			out = output{ID: in.ID, Error: fmt.Sprintf("pilot panicked: %v\n%s", r, debug.Stack())}
		}
	}()
	out, err := judge(in, schemas)
	if err != nil {
		return output{ID: in.ID, Error: err.Error()}
	}
	return out
}

// Decodes the records of ../program.ts. The decoders pull: what they ask for is handed out one message at a time, and a
// message is answered when the decoder asks for more than that message has.
package main

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"os"

	"github.com/klauspost/compress/zstd"
)

const (
	newConnection = iota
	textMessage
	binaryMessage
)

// connection is the stream of the messages of one connection.
type connection struct {
	source  *bufio.Reader
	target  *bufio.Writer
	message []byte
	text    bytes.Buffer
	begun   bool
	ended   bool
}

func (c *connection) Read(p []byte) (int, error) {
	if len(c.message) == 0 {
		if c.begun {
			c.answer(c.text.Bytes())
			c.text.Reset()
		}
		kind, message, err := readRecord(c.source, true)
		if err != nil || kind == newConnection {
			c.ended = true
			return 0, io.EOF
		}
		c.begun = true
		c.message = message
	}
	n := copy(p, c.message)
	c.message = c.message[n:]
	return n, nil
}

func (c *connection) answer(text []byte) {
	must(binary.Write(c.target, binary.BigEndian, uint32(len(text))))
	_, err := c.target.Write(text)
	must(err)
}

func (c *connection) decode(transport string) {
	var decoder io.Reader
	var err error
	switch transport {
	case "zlib-stream":
		decoder, err = zlib.NewReader(c)
	case "zstd-stream":
		decoder, err = zstd.NewReader(c, zstd.WithDecoderConcurrency(1))
	}
	must(err)
	piece := make([]byte, 32*1024)
	for {
		n, err := decoder.Read(piece)
		c.text.Write(piece[:n])
		if err != nil {
			// The stream never ends, so an end within it is the end of the connection.
			if !c.ended {
				log.Fatal(err)
			}
			return
		}
	}
}

// readRecord leaves a new connection in the source when keep is set.
func readRecord(source *bufio.Reader, keep bool) (byte, []byte, error) {
	head, err := source.Peek(5)
	if errors.Is(err, io.EOF) {
		return 0, nil, err
	}
	must(err)
	kind := head[0]
	message := make([]byte, binary.BigEndian.Uint32(head[1:]))
	if keep && kind == newConnection {
		return kind, nil, nil
	}
	_, err = source.Discard(len(head))
	must(err)
	_, err = io.ReadFull(source, message)
	must(err)
	return kind, message, nil
}

func main() {
	log.SetFlags(0)
	transport := os.Args[1]
	source := bufio.NewReader(os.Stdin)
	target := bufio.NewWriter(os.Stdout)
	defer target.Flush()
	for {
		kind, message, err := readRecord(source, false)
		if err != nil {
			return
		}
		c := &connection{source: source, target: target}
		switch {
		case kind == textMessage:
			c.answer(message)
		case kind == binaryMessage:
			blob, err := zlib.NewReader(bytes.NewReader(message))
			must(err)
			text, err := io.ReadAll(blob)
			must(err)
			must(blob.Close())
			c.answer(text)
		case transport != "zlib-payload":
			c.decode(transport)
		}
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

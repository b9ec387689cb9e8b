// Shipper does with the ssl settings of Beats 9 what their tlscommon does, and connects to beats inputs.
//
// Standard input has one case a line, in JSON:
//
//	{"name": "a", "address": "127.0.0.1:40001", "host": "ls.example.org", "ssl": {"verification_mode": "full"}}
//
// The address is where the input listens, and empty if it does not start. The host is the one in hosts, whose
// name the certificate has to have. Without ssl there is no TLS. Standard output has one line for each case, in
// the same order:
//
//	{"name": "a", "ok": false, "by": "shipper", "error": "x509: certificate signed by unknown authority"}
//
// A case is ok when the input acknowledges what is sent after the handshake: in TLS 1.3, an input that refuses
// the certificate of the shipper does so when the shipper has long finished its own part.
package main

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

const patience = 10 * time.Second

// What Beats send of one event, and what they then wait for: a window of one, the event, compressed as they do
// unless told otherwise, and its acknowledgement.
var (
	window          = []byte{'2', 'W', 0, 0, 0, 1}
	event           = append([]byte{'2', 'J', 0, 0, 0, 1, 0, 0, 0, byte(len(message))}, message...)
	acknowledgement = []byte{'2', 'A', 0, 0, 0, 1}
)

const (
	message          = `{"message":"from-main.go"}`
	compressionLevel = 3
)

type testCase struct {
	Name    string    `json:"name"`
	Address string    `json:"address"`
	Host    string    `json:"host"`
	SSL     *settings `json:"ssl"`
}

type settings struct {
	Enabled                *bool  `json:"enabled"`
	VerificationMode       string `json:"verification_mode"`
	SupportedProtocols     list   `json:"supported_protocols"`
	CipherSuites           list   `json:"cipher_suites"`
	CurveTypes             list   `json:"curve_types"`
	CertificateAuthorities list   `json:"certificate_authorities"`
	Certificate            string `json:"certificate"`
	Key                    string `json:"key"`
	CASHA256               list   `json:"ca_sha256"`
	CATrustedFingerprint   string `json:"ca_trusted_fingerprint"`
	CertificateReload      bool   `json:"certificate_reload.enabled"`
}

// list takes one text for a list of it, as Beats do.
type list []string

func (all *list) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*all = list{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(all))
}

type result struct {
	Name  string `json:"name"`
	OK    bool   `json:"ok"`
	By    string `json:"by"`
	Error string `json:"error"`
}

func main() {
	lines := json.NewDecoder(os.Stdin)
	results := json.NewEncoder(os.Stdout)
	results.SetEscapeHTML(false)
	for {
		var one testCase
		if err := lines.Decode(&one); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			fail(err)
		}
		judged := result{Name: one.Name, OK: true, By: "none"}
		if err := ship(one); err != nil {
			judged = result{Name: one.Name, By: refusedBy(err), Error: err.Error()}
		}
		if err := results.Encode(judged); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

var errNothingListens = errors.New("nothing listens: the input did not start")

// ship loads what the settings name, as a Beat does at its start, and then connects.
func ship(one testCase) error {
	config, err := load(one.SSL)
	if err != nil {
		return err
	}
	if one.Address == "" {
		return errNothingListens
	}
	connection, err := net.DialTimeout("tcp", one.Address, patience)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if config != nil {
		secured := tls.Client(connection, config.forHost(one.Host))
		if err := secured.Handshake(); err != nil {
			return err
		}
		// Everything between the lowest and the highest version is offered, so this comes afterwards.
		if version := secured.ConnectionState().Version; !slices.Contains(config.versions, version) {
			return fmt.Errorf("tls version %v not configured", tls.VersionName(version))
		}
		connection = secured
	}
	return send(connection)
}

// batch is written at once, as Beats do.
func batch() []byte {
	var compressed bytes.Buffer
	writer, err := zlib.NewWriterLevel(&compressed, compressionLevel)
	if err == nil {
		_, err = writer.Write(event)
	}
	if err = errors.Join(err, writer.Close()); err != nil {
		fail(err)
	}
	header := binary.BigEndian.AppendUint32([]byte{'2', 'C'}, uint32(compressed.Len()))
	return append(append(window, header...), compressed.Bytes()...)
}

func send(connection net.Conn) error {
	if _, err := connection.Write(batch()); err != nil {
		// What the other side said before it closed tells more, if it can still be read.
		if _, told := connection.Read(make([]byte, 1)); isAlert(told) {
			return told
		}
		return err
	}
	answer := make([]byte, len(acknowledgement))
	if _, err := io.ReadFull(connection, answer); err != nil {
		return err
	}
	if !bytes.Equal(answer, acknowledgement) {
		return fmt.Errorf("the answer %x is no acknowledgement", answer)
	}
	return nil
}

func isAlert(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "remote error"
}

// refusedBy names the side whose check failed. A connection that ends or stays silent is the input's doing.
func refusedBy(err error) string {
	ends := []error{
		errNothingListens, io.EOF, io.ErrUnexpectedEOF, os.ErrDeadlineExceeded,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE,
	}
	isEnd := func(end error) bool { return errors.Is(err, end) }
	if isAlert(err) || slices.ContainsFunc(ends, isEnd) {
		return "input"
	}
	return "shipper"
}

// loaded is what a Beat holds of its settings after its start.
type loaded struct {
	mode         string
	versions     []uint16
	suites       []uint16
	curves       []tls.CurveID
	roots        *x509.CertPool
	certificates []tls.Certificate
	pins         []string
	fingerprint  string
	reload       bool
	// Whether the authorities are read anew from time to time, which moves the verification out of Go's hands.
	rootsAreDynamic bool
}

// load is nil without an error where the settings mean that there is no TLS.
func load(from *settings) (*loaded, error) {
	if from == nil || from.Enabled != nil && !*from.Enabled {
		return nil, nil
	}
	versions, err := lookUp(from.SupportedProtocols, protocols, "invalid tls version '%v'")
	if err != nil {
		return nil, err
	}
	// Beats 9 have Go 1.24 or later.
	isBeats9 := runtime.Version() >= "go1.24"
	if len(versions) == 0 && isBeats9 {
		versions = []uint16{tls.VersionTLS12, tls.VersionTLS13}
	} else if len(versions) == 0 {
		versions = []uint16{tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13}
	}
	if isBeats9 && slices.Contains(versions, tls.VersionTLS10) {
		return nil, errors.New("unsupported tls version: TLSv1.0")
	}
	suites, err := lookUp(from.CipherSuites, cipherSuites, "invalid tls cipher suite '%v'")
	if err != nil {
		return nil, err
	}
	curves, err := lookUp(from.CurveTypes, curveTypes, "invalid tls curve type '%v'")
	if err != nil {
		return nil, err
	}
	// Beats that know certificate_reload have Go 1.26 or later.
	reload := from.CertificateReload && runtime.Version() >= "go1.26"
	mode := from.VerificationMode
	if mode == "" {
		mode = "full"
	}
	if !slices.Contains([]string{"full", "strict", "certificate", "none"}, mode) {
		return nil, fmt.Errorf("unknown verification mode '%v'", mode)
	}
	roots, err := authorities(from)
	if err != nil {
		return nil, err
	}
	certificates, err := keyPair(from)
	if err != nil {
		return nil, err
	}
	return &loaded{
		mode: mode, versions: versions, suites: suites, curves: curves, roots: roots,
		certificates: certificates, pins: from.CASHA256, fingerprint: from.CATrustedFingerprint,
		reload: reload, rootsAreDynamic: reload && roots != nil,
	}, nil
}

var protocols = map[string]uint16{
	"TLSv1": tls.VersionTLS10, "TLSv1.0": tls.VersionTLS10, "TLSv1.1": tls.VersionTLS11,
	"TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13,
}

// The names of Beats; POLY1205 is how they spell it.
var cipherSuites = map[string]uint16{
	"ECDHE-ECDSA-AES-128-CBC-SHA":    tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
	"ECDHE-ECDSA-AES-128-CBC-SHA256": tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
	"ECDHE-ECDSA-AES-128-GCM-SHA256": tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-ECDSA-AES-256-CBC-SHA":    tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
	"ECDHE-ECDSA-AES-256-GCM-SHA384": tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-ECDSA-CHACHA20-POLY1305":  tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-ECDSA-RC4-128-SHA":        tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA,
	"ECDHE-RSA-3DES-CBC3-SHA":        tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
	"ECDHE-RSA-AES-128-CBC-SHA":      tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	"ECDHE-RSA-AES-128-CBC-SHA256":   tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
	"ECDHE-RSA-AES-128-GCM-SHA256":   tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-RSA-AES-256-CBC-SHA":      tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	"ECDHE-RSA-AES-256-GCM-SHA384":   tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-RSA-CHACHA20-POLY1205":    tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-RSA-RC4-128-SHA":          tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA,
	"RSA-RC4-128-SHA":                tls.TLS_RSA_WITH_RC4_128_SHA,
	"RSA-3DES-CBC3-SHA":              tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
	"RSA-AES-128-CBC-SHA":            tls.TLS_RSA_WITH_AES_128_CBC_SHA,
	"RSA-AES-128-CBC-SHA256":         tls.TLS_RSA_WITH_AES_128_CBC_SHA256,
	"RSA-AES-128-GCM-SHA256":         tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
	"RSA-AES-256-CBC-SHA":            tls.TLS_RSA_WITH_AES_256_CBC_SHA,
	"RSA-AES-256-GCM-SHA384":         tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
	"TLS-AES-128-GCM-SHA256":         tls.TLS_AES_128_GCM_SHA256,
	"TLS-AES-256-GCM-SHA384":         tls.TLS_AES_256_GCM_SHA384,
	"TLS-CHACHA20-POLY1305-SHA256":   tls.TLS_CHACHA20_POLY1305_SHA256,
}

var curveTypes = map[string]tls.CurveID{
	"P-256": tls.CurveP256, "P-384": tls.CurveP384, "P-521": tls.CurveP521, "X25519": tls.X25519,
	"X25519MLKEM768": tls.CurveID(4588), // Go 1.21 has no name for it.
}

func lookUp[Found any](names []string, known map[string]Found, refusal string) ([]Found, error) {
	var all []Found
	for _, name := range names {
		found, isKnown := known[name]
		if !isKnown {
			return nil, fmt.Errorf(refusal, name)
		}
		all = append(all, found)
	}
	return all, nil
}

// read takes a value that is a path, or PEM itself.
func read(value string) ([]byte, error) {
	if strings.Contains(value, "-----") || strings.ContainsAny(strings.TrimSpace(value), "\r\n") {
		return []byte(value), nil
	}
	return os.ReadFile(value)
}

// authorities is nil where none are named: then those of the system count.
func authorities(from *settings) (*x509.CertPool, error) {
	if len(from.CertificateAuthorities) == 0 {
		return nil, nil
	}
	roots := x509.NewCertPool()
	var refusals []error
	for _, value := range from.CertificateAuthorities {
		text, err := read(value)
		if err == nil && !roots.AppendCertsFromPEM(text) {
			err = errors.New("file is not a certificate")
		}
		if err != nil {
			refusals = append(refusals, err)
		}
	}
	enough := from.CertificateReload && len(refusals) < len(from.CertificateAuthorities)
	if len(refusals) > 0 && !enough {
		return nil, errors.Join(refusals...)
	}
	return roots, nil
}

func keyPair(from *settings) ([]tls.Certificate, error) {
	switch {
	case from.Certificate == "" && from.Key == "":
		return nil, nil
	case from.Key == "":
		return nil, errors.New("key file not configured")
	case from.Certificate == "":
		return nil, errors.New("certificate file not configured")
	}
	certificate, err := read(from.Certificate)
	if err != nil {
		return nil, err
	}
	key, err := read(from.Key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	return []tls.Certificate{pair}, nil
}

func (config *loaded) forHost(host string) *tls.Config {
	forGo := &tls.Config{
		ServerName:       host,
		MinVersion:       slices.Min(config.versions),
		MaxVersion:       slices.Max(config.versions),
		CipherSuites:     config.suites,
		CurvePreferences: config.curves,
		RootCAs:          config.roots,
		// Beats verify by themselves, but for this mode.
		InsecureSkipVerify: config.mode != "strict" || config.rootsAreDynamic,
		VerifyConnection:   config.verification(host),
	}
	if config.reload && len(config.certificates) > 0 {
		// Go does not compare what this returns with the authorities that the input asks for.
		forGo.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &config.certificates[0], nil
		}
	} else {
		forGo.Certificates = config.certificates
	}
	return forGo
}

func (config *loaded) verification(host string) func(tls.ConnectionState) error {
	if config.mode == "none" {
		return nil
	}
	return func(state tls.ConnectionState) error {
		if err := config.trustFingerprint(state.PeerCertificates); err != nil {
			return err
		}
		if config.mode == "strict" && !config.rootsAreDynamic {
			return config.requirePin(state.VerifiedChains)
		}
		options := x509.VerifyOptions{Roots: config.roots, Intermediates: x509.NewCertPool()}
		if config.mode == "strict" {
			options.DNSName = host
		}
		for _, certificate := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(certificate)
		}
		chains, err := state.PeerCertificates[0].Verify(options)
		if err != nil {
			return err
		}
		if err := config.requirePin(chains); err != nil {
			return err
		}
		if config.mode == "full" {
			return verifyHost(state.PeerCertificates[0], host)
		}
		return nil
	}
}

// trustFingerprint makes an authority of the sent certificate that has the fingerprint; none is no error.
func (config *loaded) trustFingerprint(sent []*x509.Certificate) error {
	if config.fingerprint == "" {
		return nil
	}
	wanted, err := hex.DecodeString(config.fingerprint)
	if err != nil {
		return fmt.Errorf("decode 'ca_trusted_fingerprint': %w", err)
	}
	for _, certificate := range sent {
		digest := sha256.Sum256(certificate.Raw)
		if certificate.IsCA && bytes.Equal(digest[:], wanted) {
			if config.roots == nil {
				config.roots = x509.NewCertPool()
			}
			config.roots.AddCert(certificate)
			return nil
		}
	}
	return nil
}

// requirePin wants one of the public keys of the chains to be among ca_sha256.
func (config *loaded) requirePin(chains [][]*x509.Certificate) error {
	if len(config.pins) == 0 {
		return nil
	}
	var all []*x509.Certificate
	for _, chain := range chains {
		all = append(all, chain...)
	}
	for _, certificate := range all {
		digest := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
		if slices.Contains(config.pins, base64.StdEncoding.EncodeToString(digest[:])) {
			return nil
		}
	}
	return errors.New("provided CA certificate pins doesn't match any of the certificate authorities used to validate the certificate")
}

// verifyHost is what Beats do in the mode full: the Common Name counts where there is no DNS name.
func verifyHost(certificate *x509.Certificate, host string) error {
	if host == "" {
		return nil
	}
	mismatch := x509.HostnameError{Certificate: certificate, Host: host}
	common := certificate.Subject.CommonName
	if address := net.ParseIP(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")); address != nil {
		isAddress := func(other net.IP) bool { return address.Equal(other) }
		if slices.ContainsFunc(certificate.IPAddresses, isAddress) || isAddress(net.ParseIP(common)) {
			return nil
		}
		return mismatch
	}
	names := certificate.DNSNames
	if (len(names) == 0 || len(names) == 1 && names[0] == "") && common != "" {
		names = []string{common}
	}
	for _, name := range names {
		if fits(name, host) {
			if !isValid(name) {
				return errors.New("invalid hostname in cert")
			}
			return nil
		}
	}
	return mismatch
}

// fits says whether a host has a name, whose first label may be a star for any one label.
func fits(name, host string) bool {
	name, host = strings.ToLower(name), strings.ToLower(strings.TrimSuffix(host, "."))
	if name == "" || host == "" {
		return false
	}
	labels, wanted := strings.Split(name, "."), strings.Split(host, ".")
	if labels[0] == "*" && len(labels) == len(wanted) {
		labels, wanted = labels[1:], wanted[1:]
	}
	return slices.Equal(labels, wanted)
}

func isValid(name string) bool {
	for position, label := range strings.Split(name, ".") {
		isOther := func(letter rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_-", letter)
		}
		isStar := position == 0 && label == "*"
		isLabel := label != "" && label[0] != '-' && !strings.ContainsFunc(strings.ToLower(label), isOther)
		if !isStar && !isLabel {
			return false
		}
	}
	return true
}

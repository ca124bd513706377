package main

import "encoding/json"

// input is one line of standard input.
type input struct {
	ID string `json:"id"`
	// YAML holds Kubernetes objects of every kind, several documents, Lists allowed.
	YAML  string `json:"yaml"`
	Proxy proxy  `json:"proxy"`
	// MeshConfig is MeshConfig YAML; without it, ConfigMap istio of the input, or Istio's defaults.
	MeshConfig string `json:"meshConfig"`
	// Want limits what is built: listeners, routes, clusters, endpoints, times. Empty: all but endpoints and times.
	Want []string `json:"want"`
}

type proxy struct {
	Namespace    string            `json:"namespace"`
	Labels       map[string]string `json:"labels"`
	Name         string            `json:"name"`
	IP           string            `json:"ip"`
	IstioVersion string            `json:"istioVersion"`
	// Metadata is merged over the node metadata, under Istio's own names (CLUSTER_ID, NETWORK …).
	Metadata json.RawMessage `json:"metadata"`
}

// output is one line of standard output.
type output struct {
	ID         string            `json:"id"`
	Error      string            `json:"error,omitempty"`
	Listeners  []json.RawMessage `json:"listeners"`
	Routes     []json.RawMessage `json:"routes"`
	Clusters   []json.RawMessage `json:"clusters"`
	Endpoints  []json.RawMessage `json:"endpoints,omitempty"`
	Validation []verdict         `json:"validation"`
	Unreadable []unreadable      `json:"unreadable"`
	// Times are milliseconds that Pilot took: pushContext, listeners, routes, clusters.
	Times map[string]float64 `json:"times,omitempty"`
}

// verdict is what Istio's validator says of one object; only objects with something to say are listed.
type verdict struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Error     string `json:"error,omitempty"`
	Warning   string `json:"warning,omitempty"`
}

// unreadable is a document that Istio's own decoder refuses; the rest of the case goes on.
type unreadable struct {
	Document int    `json:"document"`
	Error    string `json:"error"`
}

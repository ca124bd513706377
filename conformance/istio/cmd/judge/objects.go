package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"

	"istio.io/istio/pilot/pkg/config/kube/crdclient"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/kube"
)

// The creation time of objects that state none: one and the same for all.
const commonCreation = "1970-01-01T00:00:00Z"

const gatewayGroup = "gateway.networking.k8s.io/"

// watchedVersions are the versions under which istiod reads kinds that are served under several: an API server converts,
// the fake client does not.
var watchedVersions = map[string]string{"GatewayClass": "v1", "Gateway": "v1", "HTTPRoute": "v1", "GRPCRoute": "v1", "TLSRoute": "v1", "TCPRoute": "v1", "ReferenceGrant": "v1beta1"}

// loaded is a case's objects, where Pilot looks for each.
type loaded struct {
	configs    []config.Config
	kubernetes []runtime.Object
	mesh       string
	pods       []*corev1.Pod
	validation []verdict
	unreadable []unreadable
}

func load(yaml string, known *schemas) loaded {
	var out loaded
	decoder := kubeyaml.NewYAMLOrJSONDecoder(strings.NewReader(yaml), 1<<20)
	for index := 0; ; index++ {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			out.unreadable = append(out.unreadable, unreadable{index, err.Error()})
			return out
		}
		if trimmed := bytes.TrimSpace(raw); len(trimmed) == 0 || bytes.Equal(trimmed, []byte("null")) {
			continue
		}
		var object map[string]any
		if err := json.Unmarshal(raw, &object); err != nil {
			out.unreadable = append(out.unreadable, unreadable{index, err.Error()})
			continue
		}
		items := []any{object}
		if kind, _ := object["kind"].(string); strings.HasSuffix(kind, "List") {
			if list, ok := object["items"].([]any); ok {
				items = list
			}
		}
		for _, item := range items {
			entry, ok := item.(map[string]any)
			if !ok {
				out.unreadable = append(out.unreadable, unreadable{index, "an item of a List is no object"})
				continue
			}
			if err := out.add(entry, known); err != nil {
				out.unreadable = append(out.unreadable, unreadable{index, err.Error()})
			}
		}
	}
}

func (l *loaded) add(object map[string]any, known *schemas) error {
	metadata, _ := object["metadata"].(map[string]any)
	if metadata == nil {
		return errors.New("no metadata")
	}
	if created, _ := metadata["creationTimestamp"].(string); created == "" {
		metadata["creationTimestamp"] = commonCreation
	}
	known.fill(object)
	if version, ok := watchedVersions[fmt.Sprint(object["kind"])]; ok && strings.HasPrefix(fmt.Sprint(object["apiVersion"]), gatewayGroup) {
		object["apiVersion"] = gatewayGroup + version
	}
	content, err := json.Marshal(object)
	if err != nil {
		return err
	}
	decoded, gvk, err := kube.IstioCodec.UniversalDeserializer().Decode(content, nil, nil)
	if err != nil {
		return err
	}
	schema, isConfig := collections.PilotGatewayAPI().FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(gvk))
	if namespace, _ := metadata["namespace"].(string); namespace == "" && isConfig && !schema.IsClusterScoped() {
		return l.add(withNamespace(object, metadata), known)
	}
	if !isConfig || !strings.HasSuffix(schema.Group(), ".istio.io") {
		l.addKubernetes(decoded)
		return nil
	}
	// v1alpha3 and v1beta1 hold the same message; Pilot's client reads the version it knows.
	object["apiVersion"] = schema.APIVersion()
	if content, err = json.Marshal(object); err != nil {
		return err
	}
	if decoded, _, err = kube.IstioCodec.UniversalDeserializer().Decode(content, nil, nil); err != nil {
		return err
	}
	translated := crdclient.TranslateObject(decoded, schema.GroupVersionKind(), "cluster.local")
	if translated.Spec == nil {
		return fmt.Errorf("Pilot does not read %s", gvk)
	}
	l.configs = append(l.configs, translated)
	if gvk.Kind == "ServiceEntry" {
		// The Gateway API's controller looks at the cluster's own.
		l.kubernetes = append(l.kubernetes, decoded)
	}
	warning, err := schema.ValidateConfig(translated)
	if warning == nil && err == nil {
		return nil
	}
	said := verdict{Kind: gvk.Kind, Namespace: translated.Namespace, Name: translated.Name}
	if warning != nil {
		said.Warning = warning.Error()
	}
	if err != nil {
		said.Error = err.Error()
	}
	l.validation = append(l.validation, said)
	return nil
}

func withNamespace(object, metadata map[string]any) map[string]any {
	metadata["namespace"] = "default"
	object["metadata"] = metadata
	return object
}

func (l *loaded) addKubernetes(object runtime.Object) {
	switch typed := object.(type) {
	case *corev1.ConfigMap:
		if typed.Namespace == "istio-system" && typed.Name == "istio" {
			l.mesh = typed.Data["mesh"]
		}
	case *corev1.Pod:
		l.pods = append(l.pods, typed)
	}
	l.kubernetes = append(l.kubernetes, object)
}

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// schemas are the structural schemas of custom resources: Pilot's fake client has no API server
// behind it, so what an API server fills in when it stores an object is filled in here.
type schemas struct {
	byKind map[string]*schema.Structural
}

// loadSchemas reads CustomResourceDefinitions from files and folders (*.yaml, not recursive).
func loadSchemas(paths []string) (*schemas, error) {
	out := &schemas{byKind: map[string]*schema.Structural{}}
	for _, path := range paths {
		files := []string{path}
		if info, err := os.Stat(path); err != nil {
			return nil, err
		} else if info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(path, "*.yaml")); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			if err := out.read(file); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (s *schemas) read(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 1<<20)
	for {
		var crd apiextensionsv1.CustomResourceDefinition
		if err := decoder.Decode(&crd); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if crd.Kind != "CustomResourceDefinition" {
			continue
		}
		for _, version := range crd.Spec.Versions {
			if version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
				continue
			}
			var internal apiextensions.JSONSchemaProps
			if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &internal, nil); err != nil {
				return err
			}
			structural, err := schema.NewStructural(&internal)
			if err != nil {
				return err
			}
			s.byKind[crd.Spec.Group+"/"+version.Name+" "+crd.Spec.Names.Kind] = structural
		}
	}
}

// fill applies defaults: the schema's for custom resources, the API server's for a Service's ports.
func (s *schemas) fill(object map[string]any) {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	if structural, ok := s.byKind[apiVersion+" "+kind]; ok {
		defaulting.PruneNonNullableNullsWithoutDefaults(object, structural)
		defaulting.Default(object, structural)
		return
	}
	if apiVersion == "v1" && kind == "Service" {
		fillService(object)
	}
	if apiVersion == "v1" && kind == "Pod" {
		fillPod(object)
	}
}

// fillPod gives container ports their protocol: without it no Service's named target port finds them.
func fillPod(object map[string]any) {
	spec, _ := object["spec"].(map[string]any)
	containers, _ := spec["containers"].([]any)
	for _, entry := range containers {
		container, _ := entry.(map[string]any)
		ports, _ := container["ports"].([]any)
		for _, entry := range ports {
			if port, ok := entry.(map[string]any); ok && port["protocol"] == nil {
				port["protocol"] = "TCP"
			}
		}
	}
}

func fillService(object map[string]any) {
	spec, _ := object["spec"].(map[string]any)
	ports, _ := spec["ports"].([]any)
	for _, entry := range ports {
		port, ok := entry.(map[string]any)
		if !ok {
			continue
		}
		if _, ok := port["protocol"]; !ok {
			port["protocol"] = "TCP"
		}
		if target, ok := port["targetPort"]; !ok || target == nil || target == "" || isZero(target) {
			port["targetPort"] = port["port"]
		}
	}
	if spec == nil {
		return
	}
	if _, ok := spec["type"]; !ok {
		spec["type"] = "ClusterIP"
	}
	// A cluster IP is given by the API server; any stable one will do, Pilot puts it in no gateway's configuration.
	if ip, _ := spec["clusterIP"].(string); ip == "" && spec["type"] != "ExternalName" {
		metadata, _ := object["metadata"].(map[string]any)
		namespace, _ := metadata["namespace"].(string)
		name, _ := metadata["name"].(string)
		spec["clusterIP"] = clusterIP(namespace + "/" + name)
	}
}

func isZero(value any) bool {
	switch v := value.(type) {
	case int64:
		return v == 0
	case float64:
		return v == 0
	}
	return false
}

func clusterIP(key string) string {
	var sum uint32 = 2166136261
	for _, b := range []byte(key) {
		sum = (sum ^ uint32(b)) * 16777619
	}
	return strings.Join([]string{"10", "96", decimal(sum >> 8 & 0xff), decimal(sum&0x7f + 1)}, ".")
}

func decimal(n uint32) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return decimal(n/10) + string(rune('0'+n%10))
}

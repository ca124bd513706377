package main

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh/labelselector"
	"istio.io/istio/pkg/slices"
	"istio.io/istio/pkg/util/sets"
)

const gatewayAPIGroup = "gateway.networking.k8s.io"

// seen leaves out what istiod's clients do not hand on to Pilot: objects of namespaces that no discovery selector takes
// (discoveryNamespacesFilter) and those of another revision (crdclient's inRevision). The fake discovery server filters
// Kubernetes' own kinds alone.
func (l *loaded) seen(mesh *meshconfig.MeshConfig, revision string) {
	discovers := l.discovers(mesh)
	l.configs = slices.Filter(l.configs, func(c config.Config) bool {
		return discovers(c.Namespace) && config.LabelsInRevision(c.Labels, revision)
	})
	l.kubernetes = slices.Filter(l.kubernetes, func(object runtime.Object) bool {
		head, err := meta.Accessor(object)
		if err != nil || !discovers(head.GetNamespace()) {
			return false
		}
		group := object.GetObjectKind().GroupVersionKind().Group
		return group != gatewayAPIGroup && group != "networking.istio.io" || config.LabelsInRevision(head.GetLabels(), revision)
	})
}

// discovers tells which namespaces the selectors take. As an API server would, it adds the Namespaces that the case does
// not hold, each with its name for a label; a case without any says nothing of their labels, and gets no selectors.
func (l *loaded) discovers(mesh *meshconfig.MeshConfig) func(namespace string) bool {
	everything := func(string) bool { return true }
	if len(mesh.GetDiscoverySelectors()) == 0 {
		return everything
	}
	namespaces := map[string]*corev1.Namespace{}
	for _, object := range l.kubernetes {
		if namespace, ok := object.(*corev1.Namespace); ok {
			namespaces[namespace.Name] = namespace
		}
	}
	if len(namespaces) == 0 {
		mesh.DiscoverySelectors = nil
		return everything
	}
	add := func(name string) {
		if name == "" || namespaces[name] != nil {
			return
		}
		namespaces[name] = &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: name}}
		l.kubernetes = append(l.kubernetes, namespaces[name])
	}
	for _, object := range slices.Clone(l.kubernetes) {
		if head, err := meta.Accessor(object); err == nil {
			add(head.GetNamespace())
		}
	}
	for _, c := range l.configs {
		add(c.Namespace)
	}
	var selectors []labels.Selector
	for _, written := range mesh.GetDiscoverySelectors() {
		selector, err := labelselector.LabelSelectorAsSelector(written)
		if err != nil {
			mesh.DiscoverySelectors = nil
			return everything
		}
		selectors = append(selectors, selector)
	}
	selected := sets.New("")
	for name, namespace := range namespaces {
		namespace.Labels = labels.Merge(namespace.Labels, labels.Set{corev1.LabelMetadataName: name})
		if slices.FindFunc(selectors, func(s labels.Selector) bool { return s.Matches(labels.Set(namespace.Labels)) }) != nil {
			selected.Insert(name)
		}
	}
	return selected.Contains
}

// revisionOf is the revision of the istiod that a proxy is connected to: the injector writes it among its labels.
func revisionOf(proxy proxy) string {
	if own := proxy.Labels["istio.io/rev"]; own != "" {
		return own
	}
	return "default"
}

package dev.mure.manager.api;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Label;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceView;
import java.util.Comparator;
import java.util.List;

/** Which services a client wants to see. */
record ServiceQuery(ListServicesRequest request) {

    List<ServiceView> run(ClusterState state) {
        ServiceViews views = new ServiceViews(state);
        return AnswerLimit.collect(state.services().stream()
                .filter(service -> !service.getRemoved() && matches(service))
                .sorted(Comparator.comparing(Service::getName).thenComparing(Service::getId))
                .map(views::service));
    }

    private boolean matches(Service service) {
        return anyPrefix(request.getIdsList(), service.getId())
                && anyPrefix(request.getNamesList(), service.getName())
                && request.getLabelsList().stream().allMatch(wanted -> hasLabel(service.getLabelsList(), wanted));
    }

    private static boolean hasLabel(List<Label> labels, String wanted) {
        return labels.stream().anyMatch(label -> wanted.equals(label.getKey())
                || wanted.equals(label.getKey() + '=' + label.getValue()));
    }

    /** Whether one of the prefixes fits; none at all fit everything. */
    static boolean anyPrefix(List<String> prefixes, String text) {
        return prefixes.isEmpty() || prefixes.stream().anyMatch(text::startsWith);
    }
}

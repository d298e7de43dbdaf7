package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.ListRolloutsRequest;
import dev.mure.v1.RolloutView;
import dev.mure.v1.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which rollouts a client wants to see: by the name of the service. */
record RolloutQuery(ListRolloutsRequest request) {

    List<RolloutView> run(ClusterState state, long nowMillis) throws Refusal {
        RolloutViews views = new RolloutViews(state, nowMillis);
        return AnswerLimit.collect(services(state).stream()
                .sorted(Comparator.comparing(Service::getName).thenComparing(Service::getId))
                .flatMap(service -> state.rollout(service.getId())
                        .map(rollout -> views.of(service, rollout))
                        .stream()));
    }

    private List<Service> services(ClusterState state) throws Refusal {
        if (request.getServicesCount() == 0) {
            return state.services().stream().filter(service -> !service.getRemoved()).toList();
        }
        List<Service> wanted = new ArrayList<>();
        for (String reference : request.getServicesList()) {
            Service service = ServiceLookup.find(state, reference);
            if (state.rollout(service.getId()).isEmpty()) {
                throw new Refusal(Refusal.Kind.NOT_FOUND, "service " + service.getName()
                        + " has no rollout: nothing was replaced since it was created or last changed");
            }
            wanted.add(service);
        }
        return wanted.stream().distinct().toList();
    }
}

package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Label;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PutNode;
import dev.mure.v1.UpdateNodeRequest;
import dev.mure.v1.UpdateNodeResponse;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Changes what a user says of a node: whether it takes tasks, and its labels. Labels are removed first, then added. */
record UpdateNode(UpdateNodeRequest request) implements Decision<UpdateNodeResponse> {

    @Override
    public Decided<UpdateNodeResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        Node node = NodeLookup.find(pending, request.getNode());
        PutNode changed = PutNode.newBuilder()
                .setId(node.getId())
                .setName(node.getName())
                .setAvailability(availability(node))
                .addAllLabels(labels(node))
                .build();
        boolean same = changed.getAvailability() == node.getAvailability()
                && changed.getLabelsList().equals(node.getLabelsList());
        List<Mutation> mutations =
                same ? List.of() : List.of(Mutation.newBuilder().setPutNode(changed).build());
        return new Decided<>(mutations, Optional.empty(), UpdateNodeResponse.newBuilder()
                .setId(node.getId())
                .setIndex(Ahead.index(pending, mutations))
                .build());
    }

    private Node.Availability availability(Node node) throws Refusal {
        SpecValidation.require(request.getAvailability() != Node.Availability.UNRECOGNIZED,
                "availability: not known to this manager: use ACTIVE, PAUSE or DRAIN");
        return request.getAvailability() == Node.Availability.AVAILABILITY_UNSPECIFIED
                ? node.getAvailability()
                : request.getAvailability();
    }

    private List<Label> labels(Node node) throws Refusal {
        SpecValidation.checkLabels("label-add", request.getAddLabelsList());
        TreeMap<String, String> labels = new TreeMap<>();
        node.getLabelsList().forEach(label -> labels.put(label.getKey(), label.getValue()));
        for (String key : request.getRemoveLabelsList()) {
            SpecValidation.require(labels.containsKey(key),
                    "label-rm: node " + node.getName() + " has no label " + SpecValidation.quoted(key));
            labels.remove(key);
        }
        request.getAddLabelsList().forEach(label -> labels.put(label.getKey(), label.getValue()));
        return labels.entrySet()
                .stream()
                .map(label -> Label.newBuilder().setKey(label.getKey()).setValue(label.getValue()).build())
                .toList();
    }
}

package dev.mure.manager.rollout;

import dev.mure.manager.planning.Room;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.UpdateConfig.Order;
import java.util.Optional;

/** Whether a slot's old task is stopped before the new one starts, or the new one starts beside it. */
final class SlotOrder {

    private final ClusterState state;
    private final Service service;
    private final Order wanted;

    SlotOrder(ClusterState state, Service service, Order wanted) {
        this.state = state;
        this.service = service;
        this.wanted = wanted;
    }

    /** Notes the order for a slot that takes a lane. With AUTO it is start-first where there is room for both tasks. */
    void decide(SlotMove move, SlotProgress.Builder slot) {
        slot.clearOrderReason();
        switch (wanted) {
            case START_FIRST -> slot.setOrder(Order.START_FIRST);
            case STOP_FIRST, ORDER_UNSPECIFIED, UNRECOGNIZED -> slot.setOrder(Order.STOP_FIRST);
            case AUTO -> {
                Optional<String> missing = missingBeside(move);
                slot.setOrder(missing.isEmpty() ? Order.START_FIRST : Order.STOP_FIRST);
                missing.ifPresent(slot::setOrderReason);
            }
        }
    }

    /** Whether a new task that was to run beside the old one found no place, and AUTO allows the other order. */
    boolean mustStopFirst(Task successor) {
        return wanted == Order.AUTO && successor.getNodeId().isEmpty() && !successor.getStatus().getError().isEmpty();
    }

    private Optional<String> missingBeside(SlotMove move) {
        Optional<Revision> revision = state.currentRevision(service);
        return revision.isEmpty() || move.serving().isEmpty()
                ? Optional.empty()
                : Room.missingBeside(state, service, revision.get().getTask(), move.serving().getFirst());
    }
}

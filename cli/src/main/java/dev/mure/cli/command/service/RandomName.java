package dev.mure.cli.command.service;

import java.util.random.RandomGenerator;

/** A name for a service that was given none: an adjective and an animal, valid as a DNS component. */
final class RandomName {
    private static final String[] ADJECTIVES =
            {"amber", "bold", "brave", "bright", "calm", "clever", "cosy", "crisp", "eager", "fair",
                "fleet", "fond", "gentle", "glad", "golden", "happy", "honest", "humble", "jolly", "keen", "kind",
                "lively", "loyal", "lucid",
                "mellow", "merry", "mild", "nimble", "noble", "patient", "plucky", "proud", "quick", "quiet", "ready",
                "rosy", "serene",
                "shiny", "silver", "snug", "spry", "steady", "sunny", "swift", "tidy", "vivid", "warm", "wise"};
    private static final String[] ANIMALS =
            {"badger", "bee", "beetle", "bison", "crane", "cricket", "curlew", "dolphin", "dove", "egret",
                "falcon", "finch", "firefly", "fox", "gannet", "goose", "hare", "hedgehog", "heron", "ibis", "jackdaw",
                "kestrel", "lark",
                "linnet", "lynx", "magpie", "marten", "minnow", "otter", "owl", "plover", "puffin", "quail", "raven",
                "robin", "salmon",
                "sardine", "seal", "skylark", "sparrow", "starling", "stork", "swallow", "swan", "tern", "thrush",
                "wagtail", "wren"};

    private RandomName() {}

    static String make(RandomGenerator random) {
        return ADJECTIVES[random.nextInt(ADJECTIVES.length)] + "-" + ANIMALS[random.nextInt(ANIMALS.length)] + "-"
                + (100 + random.nextInt(900));
    }
}

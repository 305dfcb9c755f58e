package dev.tern.layer;

import dev.tern.kernel.KvType;

/** How states are kept: chosen by the user per session. */
public record StateOptions(KvType kvType) {}

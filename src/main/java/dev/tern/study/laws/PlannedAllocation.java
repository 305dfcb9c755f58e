package dev.tern.study.laws;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * An allocation with what the bootstrap leaves open; the intervals are null without one.
 *
 * @param extrapolation compute over the largest of the runs, above 1 where the law is used beyond its data
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlannedAllocation(
    Allocation allocation, Interval parameters, Interval tokens, Interval loss, double extrapolation) {}

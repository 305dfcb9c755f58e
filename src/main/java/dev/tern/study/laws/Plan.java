package dev.tern.study.laws;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The answer to a budget.
 *
 * @param budget FLOPs and served tokens
 * @param best the lowest loss for the budget, serving included
 * @param trainingOnly the lowest loss were all of it spent on training
 * @param sameLoss the cheapest way, serving included, to the loss of {@code trainingOnly}; null without served tokens
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Plan(
    LawsOptions.Budget budget, PlannedAllocation best, PlannedAllocation trainingOnly, PlannedAllocation sameLoss) {}

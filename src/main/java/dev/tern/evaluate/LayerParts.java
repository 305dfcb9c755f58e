package dev.tern.evaluate;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * What a layer is made of: layers are records, and this walks through their components, so that a mixer added later is
 * counted without being known here.
 */
public final class LayerParts {
  private static final String ROOT = "dev.tern.";

  private LayerParts() {}

  /** The layer and all its parts, in order. */
  public static List<Object> of(Object layer) {
    List<Object> parts = new ArrayList<>();
    walk(layer, parts);
    return parts;
  }

  private static void walk(Object part, List<Object> parts) {
    switch (part) {
      case null -> {}
      case List<?> list -> list.forEach(element -> walk(element, parts));
      case Object[] array -> List.of(array).forEach(element -> walk(element, parts));
      case Record record -> {
        parts.add(record);
        components(record, parts);
      }
      default -> parts.add(part);
    }
  }

  private static void components(Record record, List<Object> parts) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Class<?> type = component.getType();
      if (type.getName().startsWith(ROOT) || List.class.isAssignableFrom(type) || type.isArray()) {
        walk(value(record, component), parts);
      }
    }
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("component %s of %s".formatted(component.getName(), record.getClass()), e);
    }
  }
}

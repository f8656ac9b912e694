import type { ApiError } from "../../src/lib/api/generated.ts";

/** Thrown where the service says no. */
export class No extends Error {
  constructor(readonly error: ApiError) {
    super(error.code);
  }
}

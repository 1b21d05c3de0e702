/** A place on the earth. */
export interface Location {
  /** Degrees, from -90 (south) to 90. */
  latitude: number;
  /** Degrees, from -180 (west) to 180. */
  longitude: number;
  /** How exact it is, in metres. */
  uncertainty?: number;
  /** What is there; its coordinates unless told. */
  description?: string;
}

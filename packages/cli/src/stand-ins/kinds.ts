/** What kinds of objects there are, by what no other object can do: `util.types`. */
function has(read: (value: never) => unknown): (value: unknown) => boolean {
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    try {
      read(value as never);
      return true;
    } catch {
      return false;
    }
  };
}

function getter(prototype: object, name: string | symbol): (value: never) => unknown {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return (value) => {
    if (!get) throw new TypeError(`There is no "${String(name)}" here.`);
    return get.call(value);
  };
}

const TypedArray = Object.getPrototypeOf(Uint8Array);
const typedArrayTag = getter(TypedArray.prototype, Symbol.toStringTag);
const typed = (name: string) => (value: unknown) =>
  ArrayBuffer.isView(value) && typedArrayTag(value as never) === name;
const tagged = (tag: string) => (value: unknown) =>
  Object.prototype.toString.call(value) === `[object ${tag}]`;

export const isDate = has((value: Date) => Date.prototype.getTime.call(value));
export const isRegExp = has(getter(RegExp.prototype, "source")) as (value: unknown) => boolean;
export const isMap = has(getter(Map.prototype, "size"));
export const isSet = has(getter(Set.prototype, "size"));
export const isWeakMap = has((value: WeakMap<object, unknown>) => WeakMap.prototype.has.call(value, {}));
export const isWeakSet = has((value: WeakSet<object>) => WeakSet.prototype.has.call(value, {}));
export const isArrayBuffer = has(getter(ArrayBuffer.prototype, "byteLength"));
export const isSharedArrayBuffer = (_: unknown): boolean => false;
export const isAnyArrayBuffer = isArrayBuffer;
export const isDataView = (value: unknown): boolean =>
  ArrayBuffer.isView(value) && typedArrayTag(value as never) === undefined;
export const isArrayBufferView = ArrayBuffer.isView;
export const isTypedArray = (value: unknown): boolean =>
  ArrayBuffer.isView(value) && typedArrayTag(value as never) !== undefined;
export const isUint8Array = typed("Uint8Array");
export const isUint8ClampedArray = typed("Uint8ClampedArray");
export const isUint16Array = typed("Uint16Array");
export const isUint32Array = typed("Uint32Array");
export const isInt8Array = typed("Int8Array");
export const isInt16Array = typed("Int16Array");
export const isInt32Array = typed("Int32Array");
export const isFloat32Array = typed("Float32Array");
export const isFloat64Array = typed("Float64Array");
export const isBigInt64Array = typed("BigInt64Array");
export const isBigUint64Array = typed("BigUint64Array");
export const isPromise = tagged("Promise");
export const isNativeError = tagged("Error");
export const isMapIterator = tagged("Map Iterator");
export const isSetIterator = tagged("Set Iterator");
export const isGeneratorObject = tagged("Generator");
export const isArgumentsObject = tagged("Arguments");
export const isAsyncFunction = tagged("AsyncFunction");
export const isGeneratorFunction = (value: unknown): boolean =>
  tagged("GeneratorFunction")(value) || tagged("AsyncGeneratorFunction")(value);
export const isNumberObject = has((value: number) => Number.prototype.valueOf.call(value));
export const isStringObject = has((value: string) => String.prototype.valueOf.call(value));
export const isBooleanObject = has((value: boolean) => Boolean.prototype.valueOf.call(value));
export const isBigIntObject = has((value: bigint) => BigInt.prototype.valueOf.call(value));
export const isSymbolObject = has((value: symbol) => Symbol.prototype.valueOf.call(value));
export const isBoxedPrimitive = (value: unknown): boolean =>
  [isNumberObject, isStringObject, isBooleanObject, isBigIntObject, isSymbolObject].some((is) => is(value));
/** The language tells nobody. */
export const isProxy = (_: unknown): boolean => false;
export const isExternal = (_: unknown): boolean => false;
export const isModuleNamespaceObject = tagged("Module");

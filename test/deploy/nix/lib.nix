# A stand-in for the part of nixpkgs' `lib` that nix/module.nix uses, for machines without nixpkgs: one definition of
# each option, its type checked, its default filled in. Merging of several definitions, `mkForce` and the rest are
# nixpkgs' own. The same test runs over the real one where ROOKERY_NIXPKGS_LIB names it.
let
  inherit (builtins)
    all
    attrNames
    concatLists
    elem
    filter
    isAttrs
    isBool
    isFloat
    isInt
    isList
    isPath
    isString
    listToAttrs
    map
    mapAttrs
    match
    replaceStrings
    stringLength
    substring
    toString
    typeOf
    ;

  type = name: check: { inherit name check; merge = path: value: value; };
  isOption = value: (value._type or "") == "option";

  # Every value of an attribute set or a list by the inner type.
  checked = path: inner: value:
    if inner.check value then
      inner.merge path value
    else
      throw "A definition for option `${path}' is not of type `${inner.name}', but a ${typeOf value}.";

  evaluate = path: options: freeform: definition:
    let
      strangers = filter (name: !(options ? ${name})) (attrNames definition);
      one = name: option:
        let
          at = "${path}.${name}";
          given =
            if definition ? ${name} then
              checked at option.type definition.${name}
            else
              option.default or (throw "The option `${at}' was accessed but has no value defined.");
        in
        if isOption option then
          (option.apply or (value: value)) (
            if definition ? ${name} || !(option ? default) then given else checked at option.type option.default
          )
        else
          evaluate at option null (definition.${name} or { });
    in
    if strangers != [ ] && freeform == null then
      throw "The option `${path}.${builtins.head strangers}' does not exist."
    else
      definition // mapAttrs one options;

  types = rec {
    bool = type "boolean" isBool;
    str = type "string" isString;
    number = type "signed integer or floating point number" (value: isInt value || isFloat value);
    port = type "16 bit unsigned integer" (value: isInt value && value >= 0 && value <= 65535);
    ints.unsigned = type "unsigned integer" (value: isInt value && value >= 0);
    path = type "absolute path" (value: isPath value || (isString value && substring 0 1 value == "/") || (isAttrs value && value ? outPath));
    package = type "package" (value: isAttrs value && value ? outPath);
    strMatching = pattern: type "string matching ${pattern}" (value: isString value && match pattern value != null);
    enum = values: type "one of ${builtins.toJSON values}" (value: elem value values);
    # `inner` and `options` are for who lists the options.
    nullOr = inner: {
      inherit inner;
      name = "null or ${inner.name}";
      check = value: value == null || inner.check value;
      merge = path: value: if value == null then null else inner.merge path value;
    };
    listOf = inner: {
      name = "list of ${inner.name}";
      check = isList;
      merge = path: map (checked path inner);
    };
    attrsOf = inner: {
      inherit inner;
      name = "attribute set of ${inner.name}";
      check = isAttrs;
      merge = path: mapAttrs (name: checked "${path}.${name}" inner);
    };
    submodule = { options, freeformType ? null }: {
      inherit options;
      name = "submodule";
      check = isAttrs;
      merge = path: evaluate path options freeformType;
    };
  };

  mapAttrsToList = make: set: map (name: make name set.${name}) (attrNames set);
  nameValuePair = name: value: { inherit name value; };
  filterAttrs = keep: set: listToAttrs (map (name: nameValuePair name set.${name}) (filter (name: keep name set.${name}) (attrNames set)));
  hasInfix = part: text:
    let
      length = stringLength part;
      from = start: start + length <= stringLength text && (substring start length text == part || from (start + 1));
    in
    from 0;
  recursiveUpdate = left: right:
    left // mapAttrs (name: value: if isAttrs value && isAttrs (left.${name} or null) then recursiveUpdate left.${name} value else value) right;
in
{
  inherit evaluate types mapAttrsToList nameValuePair filterAttrs hasInfix recursiveUpdate;
  inherit attrNames filter mapAttrs listToAttrs replaceStrings;
  inherit (builtins) foldl' concatMap;
  mkOption = option: option // { _type = "option"; };
  mkIf = condition: content: if condition then content else { };
  literalExpression = text: text;
  optional = condition: value: if condition then [ value ] else [ ];
  optionalAttrs = condition: set: if condition then set else { };
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
}

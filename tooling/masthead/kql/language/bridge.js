// The only JavaScript of Masthead: it asks Microsoft's Kusto language service about one query and answers in JSON.
//
// masthead.analyze(request) takes {query, tables, functions, watchlists, define, tree, analyzers} and returns
// {diagnostics, columns, tree, schemas}; masthead.format(query) returns the formatted text, masthead.symbols() what
// the language has. schemas is {columns: [[name, type]], rows: [[index into columns]]}: tables of hundreds of columns
// go through many operators, so each column is sent once. All speak JSON text: one string across the border between V8 and Python is many times faster than an
// object.
//
// The tree is a flat list of nodes, each before its children: nesting them would overflow a JSON reader's stack.
// A node is the array [kind, start, end, name, info, children]:
//   kind      SyntaxKind by name;  name: its name in its parent
//   start     offsets into the query, in UTF-16 units; within a stored function, whose text is elsewhere, its call's
//   info      null, or {t: type, r: index into schemas of its rows, y: [symbol kind, name], l: literal value, n: name,
//                       x: a called function {name, parameters, body}, m: true when missing}
//   children  how many; a token has its text in place of children
// A function's body and a parameter's default are such lists too.
// Punctuation, and what lies below names and literals, is left out: it says nothing that the node does not.
var masthead = (function () {
  "use strict";
  Bridge.init();
  var K = Kusto.Language, S = K.Symbols, E = K.Editor;

  // The service forgets a type of a union's column where two tables in a row have the column of another type: it makes
  // the dictionary of types and does not keep it.
  var columnMap = K.Binding.ColumnMap.prototype, addColumn = columnMap.Add;
  var ColumnList = System.Collections.Generic.List$1(S.ColumnSymbol);
  var TypeDictionary = System.Collections.Generic.Dictionary$2(S.TypeSymbol, System.Object);
  columnMap.Add = function (column) {
    var held = {}, of = this.GetTypeKey(column.Type), many;
    if (!this._nameMap.tryGetValue(column.Name, held) || !(many = Bridge.as(held.v, ColumnList)) ||
        Bridge.referenceEquals(this.GetTypeKey(many.getItem(0).Type), of)) return addColumn.call(this, column);
    var types = new TypeDictionary.ctor();
    types.setItem(this.GetTypeKey(many.getItem(0).Type), many);
    types.setItem(of, column);
    this._nameMap.setItem(column.Name, types);
  };

  function namesOf(enumeration) {
    var names = {};
    Object.keys(enumeration).forEach(function (key) {
      if (typeof enumeration[key] === "number") names[enumeration[key]] = key;
    });
    return names;
  }
  var SYNTAX = namesOf(K.Syntax.SyntaxKind), SYMBOL = namesOf(S.SymbolKind);
  var PUNCTUATION = {};
  ["OpenParen", "CloseParen", "OpenBrace", "CloseBrace", "OpenBracket", "CloseBracket", "Comma", "Semicolon", "Bar", "Dot",
   "Colon"].forEach(function (name) { PUNCTUATION[name + "Token"] = true; });

  function list(items) {
    var out = [];
    if (!items) return out;
    for (var e = Bridge.getEnumerator(items); e.moveNext();) out.push(e.Current);
    return out;
  }

  // Where nodes have one property, the service takes inner_nodes(…) for that property, and finds no names in the nodes.
  var innerNodes = list(K.Functions.InnerNodes.Signatures)[0], found = innerNodes.CustomReturnType;
  innerNodes.CustomReturnType = function (context) {
    var type = found(context);
    return Bridge.is(type, S.TupleSymbol) ? new S.TupleSymbol.$ctor1(type.Columns, new S.TableSymbol.$ctor3(type.Columns)) : type;
  };

  // Of the options of bag_unpack the service knows the first, and none by its name.
  var unpack = list(K.PlugIns.BagUnpack.Signatures)[0];
  function option(name, type) {
    return new S.Parameter.$ctor3(name, type, S.ArgumentKind.Constant, void 0, void 0, false, void 0, 0, 1);
  }
  unpack.Parameters = System.Array.init([list(unpack.Parameters)[0], option("OutputColumnPrefix", S.ScalarTypes.String),
    option("columnsConflict", S.ScalarTypes.String), option("ignoredProperties", S.ScalarTypes.Dynamic)], S.Parameter);
  unpack.MaxArgumentCount = 4;
  Object.defineProperty(unpack, "AllowsNamedArguments", {value: true});

  // A table stands for the materialized view of its name.
  S.DatabaseSymbol.prototype.GetMaterializedView = function (name) { return this.GetTable(name); };

  var defined = {};        // schema key -> columns, sent once by Python and kept
  var tableSymbols = {};   // name + schema key -> TableSymbol, so that a table is built once a process

  function columnSymbols(columns) {
    return columns.map(function (c) {
      return new S.ColumnSymbol(c[0], S.ScalarTypes.GetSymbol(c[1]) || S.ScalarTypes.Dynamic, null, null, null, null);
    });
  }

  function tableSymbol(name, key) {
    var id = name + "\u0000" + key;
    return tableSymbols[id] || (tableSymbols[id] = new S.TableSymbol.$ctor4(name, columnSymbols(defined[key])));
  }

  // _GetWatchlist returns the columns of the list it names: no signature can say that, a function of its arguments can.
  function watchlistFunctions(watchlists) {
    var types = {};
    watchlists.forEach(function (w) { types[w[0].toLowerCase()] = new S.TableSymbol.ctor(columnSymbols(w[1])); });
    var open = new S.TableSymbol.ctor(columnSymbols([["_DTItemId", "string"], ["LastUpdatedTimeUTC", "datetime"],
      ["SearchKey", "string"], ["WatchlistItem", "dynamic"]])).WithIsOpen(true);
    var aliases = new S.TableSymbol.ctor(columnSymbols([["WatchlistAlias", "string"]]));
    function returned(context) {
      var argument = context.Arguments && context.Arguments.Count ? list(context.Arguments)[0] : null;
      var value = argument && argument.ConstantValue;
      return (typeof value === "string" && types[value.toLowerCase()]) || open;
    }
    var alias = new S.Parameter.$ctor2("watchlistAlias", S.ScalarTypes.String);
    var key = new S.Parameter.$ctor2("keys", S.ScalarTypes.Dynamic);
    return [
      new S.FunctionSymbol.ctor("_GetWatchlist", returned, S.Tabularity.Tabular, [alias]),
      new S.FunctionSymbol.$ctor5("_GetWatchlistAlias", aliases, []),
    ];
  }

  // adx("…"), arg("…") and workspace("…") are Log Analytics' own: functions that return a database. Its tables are those
  // that are given; any other binds with columns that are not known.
  function openDatabase(name, scope, outside) {
    return new S.DatabaseSymbol.$ctor1(name, outside.filter(function (o) { return o[0] === scope; }).map(function (o) {
      return new S.TableSymbol.$ctor4(o[1], columnSymbols(o[2]));
    }), true);
  }

  function outsideFunctions(outside) {
    return ["adx", "arg", "workspace", "app", "resource"].map(function (name) {
      function returned(context) {
        var argument = context.Arguments && context.Arguments.Count ? list(context.Arguments)[0] : null;
        var value = String((argument && argument.ConstantValue) || "");
        return openDatabase(value, name + '("' + value + '")', outside);
      }
      return new S.FunctionSymbol.ctor(name, returned, S.Tabularity.Scalar,
                                       [new S.Parameter.$ctor2("identifier", S.ScalarTypes.String)]);
    });
  }

  function withClusters(globals, outside) {
    var seen = {}, clusters = {};
    outside.forEach(function (o) {
      var at = /^(?:cluster\("([^"]*)"\)\.)?database\("([^"]*)"\)$/.exec(o[0]);
      if (!at || seen[o[0]]) return;
      seen[o[0]] = true;
      (clusters[at[1] || ""] = clusters[at[1] || ""] || []).push(openDatabase(at[2], o[0], outside));
    });
    Object.keys(clusters).forEach(function (name) {
      if (name) globals = globals.AddOrReplaceCluster(new S.ClusterSymbol.$ctor1(name, clusters[name], true));
      else clusters[name].forEach(function (database) {
        globals = globals.WithCluster(globals.Cluster.AddOrUpdateDatabase(database));
      });
    });
    return globals;
  }

  function globalsFor(request) {
    Object.keys(request.define || {}).forEach(function (key) { defined[key] = request.define[key]; });
    var members = (request.tables || []).map(function (t) { return tableSymbol(t[0], t[1]); });
    (request.functions || []).forEach(function (f) {
      members.push(new S.FunctionSymbol.$ctor16(f.name, f.parameters, f.body, null));
    });
    watchlistFunctions(request.watchlists || []).forEach(function (f) { members.push(f); });
    if (request.outside) {
      outsideFunctions(request.outside).forEach(function (f) { members.push(f); });
      request.outside.forEach(function (o) {
        if (o[0] === "external_table") members.push(new S.ExternalTableSymbol.$ctor3(o[1], columnSymbols(o[2])));
      });
    }
    var globals = K.GlobalState.Default.WithDatabase(new S.DatabaseSymbol.ctor("workspace", members));
    return request.outside && request.outside.length ? withClusters(globals, request.outside) : globals;
  }

  function Tree(limit) {
    var columns = [], rows = [], columnIndexes = new Map(), rowIndexes = new Map(), count = 0;

    function columnIndex(column) {
      var type = column.Type ? column.Type.Name : "unknown", key = type + "\u0000" + column.Name;
      var at = columnIndexes.get(key);
      if (at === undefined) columnIndexes.set(key, at = columns.push([column.Name, type]) - 1);
      return at;
    }

    function schemaIndex(table) {
      var at = rowIndexes.get(table);
      if (at === undefined) rowIndexes.set(table, at = rows.push(list(table.Columns).map(columnIndex)) - 1);
      return at;
    }

    function literal(value) {
      if (value === null || value === undefined) return null;
      if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
      return String(value);
    }

    function calledFunction(node, symbol, place) {
      var body = node.GetCalledFunctionBody();
      if (!body) return null;
      var signature = node.ReferencedSignature || list(symbol.Signatures)[0];
      var original = null;
      try { original = body.GetOriginalNode(); } catch (e) { original = null; }
      // Only a let's function stands in the query; place: a shift of offsets, or the span of the call.
      var call = typeof place === "number" ? [node.TextStart + place, node.End + place] : place;
      var inside = typeof place === "number" && original && original !== body ? original.TextStart - body.TextStart : call;
      return {
        name: symbol.Name,
        parameters: list(signature.Parameters).map(function (p) {
          var types = list(p.DeclaredTypes);
          return [p.Name, types.length ? types[0].Name : "", p.DefaultValue ? flat(p.DefaultValue, "DefaultValue", call) : null];
        }),
        body: flat(body, "Body", inside),
      };
    }

    function infoOf(node, place) {
      var info = {}, any = false;
      if (node.IsMissing) { info.m = true; any = true; }
      var type = node.ResultType;
      if (type) {
        if (type.Tabularity === S.Tabularity.Tabular && type.Columns) { info.r = schemaIndex(type); info.t = "table"; }
        else info.t = type.Name;
        any = true;
      }
      if (node.SimpleName !== undefined) { info.n = node.SimpleName; any = true; }
      var symbol = node.ReferencedSymbol;
      if (symbol) { info.y = [SYMBOL[symbol.Kind], symbol.Name]; any = true; }
      // The service takes the text of the whole query for the value of a dynamic(…); its children say it as well.
      if (node.IsLiteral && node.Kind !== K.Syntax.SyntaxKind.DynamicExpression) {
        info.l = typeof node.LiteralValue === "string" || !node.LiteralValueInfo ? literal(node.LiteralValue)
                                                                                : node.LiteralValueInfo.ValueText;
        any = true;
      }
      if (symbol && symbol.Kind === S.SymbolKind.Function && node.GetCalledFunctionBody &&
          (node.Kind === K.Syntax.SyntaxKind.FunctionCallExpression || (node.Kind === K.Syntax.SyntaxKind.NameReference &&
           !(node.Parent && node.Parent.Kind === K.Syntax.SyntaxKind.FunctionCallExpression)))) {
        var called = calledFunction(node, symbol, place);
        if (called) { info.x = called; any = true; }
      }
      return any ? info : null;
    }

    function visit(node, name, place, nodes) {
      if (++count > limit) throw new Error("masthead: the query is too large once its functions are expanded");
      var kind = SYNTAX[node.Kind], shifted = typeof place === "number";
      var start = shifted ? node.TextStart + place : place[0], end = shifted ? node.End + place : place[1];
      if (node.IsToken) {
        nodes.push([kind, start, end, name, node.IsMissing ? { m: true } : null, node.Text]);
        return;
      }
      var info = infoOf(node, place), entry = [kind, start, end, name, info, 0];
      nodes.push(entry);
      if (info && (info.n !== undefined || (info.l !== undefined && kind !== "DynamicExpression" &&
          kind !== "CompoundStringLiteralExpression"))) return;
      for (var i = 0; i < node.ChildCount; i++) {
        var child = node.GetChild(i);
        if (child && !PUNCTUATION[SYNTAX[child.Kind]]) { visit(child, node.GetName(i) || "", place, nodes); entry[5]++; }
      }
    }

    function flat(node, name, place) {
      var nodes = [];
      visit(node, name, place, nodes);
      return nodes;
    }
    this.schemas = { columns: columns, rows: rows };
    this.flat = flat;
  }

  function diagnostic(d, source) {
    return [d.Code, d.Severity, d.Message, d.HasLocation ? d.Start : 0, d.HasLocation ? d.End : 0, source];
  }

  function analyze(text) {
    var request = JSON.parse(text);
    var code = K.KustoCode.ParseAndAnalyze(request.query, globalsFor(request));
    var diagnostics = list(code.GetDiagnostics()).map(function (d) { return diagnostic(d, "binder"); });
    if (request.analyzers) {
      list(new E.KustoCodeService.ctor(code).GetAnalyzerDiagnostics(true)).forEach(function (d) {
        diagnostics.push(diagnostic(d, "analyzer"));
      });
    }
    var result = { diagnostics: diagnostics, columns: null, tree: null, schemas: null };
    var type = code.ResultType;
    if (type && type.Tabularity === S.Tabularity.Tabular && type.Columns) {
      result.columns = list(type.Columns).map(function (c) { return [c.Name, c.Type ? c.Type.Name : "unknown"]; });
      result.open = !!type.IsOpen;
    }
    if (request.tree) {
      var tree = new Tree(request.limit);
      result.tree = tree.flat(code.Syntax, "", 0);
      result.schemas = tree.schemas;
    }
    return JSON.stringify(result);
  }

  function format(query) {
    return new E.KustoCodeService.$ctor1(query, K.GlobalState.Default).GetFormattedText().Text;
  }

  // The names of all that the language has, [name, hidden or obsolete]; operators by their syntax kinds.
  function symbols() {
    function named(items) { return list(items).map(function (s) { return [s.Name, !!(s.IsHidden || s.IsObsolete)]; }); }
    return JSON.stringify({
      functions: named(K.Functions.All), aggregates: named(K.Aggregates.All), plugins: named(K.PlugIns.All),
      operators: Object.keys(K.Syntax.SyntaxKind).filter(function (name) { return /Operator$/.test(name); })
        .map(function (name) { return [name, false]; }),
    });
  }

  // Everything that is initialised on first use is used once here, so that the snapshot holds it initialised.
  analyze(JSON.stringify({
    query: "let f = (x: long) { x + 1 }; T | where a has 'b' and c > ago(1d) | extend d = f(1), e = parse_json(a).x " +
           "| summarize count(), make_set(a) by bin(c, 1h) | join kind=inner (T | project c) on c | order by c desc",
    tables: [["T", "warm"]], define: { warm: [["a", "string"], ["b", "long"], ["c", "datetime"]] },
    functions: [{ name: "g", parameters: "(x: string)", body: "{ print x }" }], watchlists: [["w", [["k", "string"]]]],
    tree: true, analyzers: true, limit: 100000,
  }));
  format("T | take 1");
  return { analyze: analyze, format: format, symbols: symbols };
})();

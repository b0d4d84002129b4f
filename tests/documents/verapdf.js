// Run by the shell of Rhino, which veraPDF brings along: `file…`. One line per file and standard: what
// veraPDF says of it, and the rules that it fails.
var pdfa = Packages.org.verapdf.pdfa;
Packages.org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var foundry = pdfa.Foundries.defaultInstance();

function check(file, flavour) {
  var parser = foundry.createParser(new java.io.FileInputStream(file), flavour);
  try {
    var result = foundry.createValidator(flavour, false).validate(parser);
    var failed = {};
    for (var all = result.getTestAssertions().iterator(); all.hasNext(); ) {
      var one = all.next();
      failed[one.getRuleId().getClause() + " " + one.getMessage()] = true;
    }
    print([file, flavour.getId(), result.isCompliant() ? "passes" : "fails", Object.keys(failed).join("; ")].join("\t"));
  } finally {
    parser.close();
  }
}

for (var number = 0; number < arguments.length; number++) {
  check(arguments[number], pdfa.flavours.PDFAFlavour.fromString("ua1"));
  check(arguments[number], pdfa.flavours.PDFAFlavour.fromString("2a"));
}

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Prints what became of the tests, from the reports that Surefire left: a table by module, each failure, each skipped
 * test with its reason, and one line that sums up. Run by ./outrigger test in the root folder; its arguments say
 * whether Maven itself ended well, and whether the code is in form: {@code yes} or {@code no}. Ends with 1 when a test
 * failed, when one was skipped for another reason than a missing container engine, when there were none, or when one of
 * the arguments says no.
 */
final class TestTable {
    private static final List<String> MODULES = List.of("config", "filters", "admin-api", "proxy", "e2e-tests");
    private static final String ALLOWED_SKIP = "container engine";

    private final List<String> failures = new ArrayList<>();
    private final Map<String, List<String>> skips = new TreeMap<>(); // by reason
    private boolean forbiddenSkip;

    /** The tests of one module. */
    private record Row(String module, int passed, int skipped, int failed, double seconds) {
        Row plus(Row other) {
            return new Row(
                    module,
                    passed + other.passed,
                    skipped + other.skipped,
                    failed + other.failed,
                    seconds + other.seconds);
        }

        @Override
        public String toString() {
            return "%-12s %8d %8d %8d %9.1f s".formatted(module, passed, skipped, failed, seconds);
        }
    }

    public static void main(String[] args) throws Exception {
        System.exit(new TestTable().print(args[0].equals("yes"), args[1].equals("yes")));
    }

    private int print(boolean mavenEndedWell, boolean inForm) throws Exception {
        var total = new Row("all", 0, 0, 0, 0);
        System.out.printf("%n%-12s %8s %8s %8s %11s%n", "module", "passed", "skipped", "failed", "time");
        for (var module : MODULES) {
            var reports = Path.of(module, "target", "surefire-reports");
            if (Files.isDirectory(reports)) {
                var row = read(module, reports);
                System.out.println(row);
                total = total.plus(row);
            }
        }
        System.out.println(total);
        skips.forEach(
                (reason, tests) -> System.out.printf("%nskipped: %s%n  %s%n", reason, String.join("\n  ", tests)));
        failures.forEach(failure -> System.out.printf("%nfailed: %s%n", failure));
        if (forbiddenSkip) {
            System.out.printf("%nonly a missing container engine is a reason to skip a test%n");
        }
        if (!mavenEndedWell) {
            System.out.printf("%nthe build failed: what Maven said is in proxy/target/run/test.log%n");
        }
        if (!inForm) {
            System.out.printf("%nthe form of the code is not that of mvn spotless:apply%n");
        }
        System.out.printf("%n%d passed, %d failed, %d skipped%n", total.passed, total.failed, total.skipped);
        return mavenEndedWell && inForm && total.failed == 0 && total.passed > 0 && !forbiddenSkip ? 0 : 1;
    }

    private Row read(String module, Path reports) throws IOException, ParserConfigurationException, SAXException {
        var row = new Row(module, 0, 0, 0, 0);
        var parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        try (var files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
            for (var file : files) {
                var suite = parser.parse(file.toFile()).getDocumentElement();
                row = row.plus(new Row(module, 0, 0, 0, Double.parseDouble(suite.getAttribute("time"))));
                var cases = suite.getElementsByTagName("testcase");
                for (int i = 0; i < cases.getLength(); i++) {
                    row = row.plus(one(module, (Element) cases.item(i)));
                }
            }
        }
        return row;
    }

    private Row one(String module, Element test) {
        var name = test.getAttribute("classname") + "." + test.getAttribute("name");
        var failure = first(test.getElementsByTagName("failure"), test.getElementsByTagName("error"));
        if (failure != null) {
            failures.add(name + "\n  " + firstLines(failure.getTextContent()));
            return new Row(module, 0, 0, 1, 0);
        }
        var skip = first(test.getElementsByTagName("skipped"));
        if (skip != null) {
            var reason = reason(skip);
            forbiddenSkip |= !reason.contains(ALLOWED_SKIP);
            skips.computeIfAbsent(reason, ignored -> new ArrayList<>()).add(name);
            return new Row(module, 0, 1, 0, 0);
        }
        return new Row(module, 1, 0, 0, 0);
    }

    /** Of a test that was not begun a message; of one that gave up the trace of its exception. */
    private static String reason(Element skip) {
        var text = skip.getAttribute("message") + skip.getTextContent();
        return text.strip()
                .lines()
                .findFirst()
                .orElse("no reason given")
                .replaceFirst("^[\\w.$]+(Exception|Error): ", "");
    }

    private static Element first(NodeList... lists) {
        for (var list : lists) {
            Node node = list.item(0);
            if (node != null) {
                return (Element) node;
            }
        }
        return null;
    }

    private static String firstLines(String text) {
        return text.strip()
                .lines()
                .limit(8)
                .map(line -> line.length() > 240 ? line.substring(0, 240) + " …" : line)
                .collect(Collectors.joining("\n  "));
    }
}

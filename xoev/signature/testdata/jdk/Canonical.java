import com.sun.org.apache.xml.internal.security.Init;
import com.sun.org.apache.xml.internal.security.c14n.Canonicalizer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Writes canonical forms as the JDK makes them, in base64, one a line. Each line
 * of standard input holds four fields with tabs between them: file, method,
 * xml:id (or nothing for the whole document) and PrefixList (or nothing).
 */
public class Canonical {
    public static void main(String[] args) throws Exception {
        Init.init();
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] job = line.split("\t", -1);
            Document document = builder.parse(new File(job[0]));
            Node node = job[2].isEmpty() ? document : find(document.getDocumentElement(), job[2]);
            Canonicalizer canonicalizer = Canonicalizer.getInstance(job[1]);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (job[3].isEmpty()) {
                canonicalizer.canonicalizeSubtree(node, out);
            } else {
                canonicalizer.canonicalizeSubtree(node, job[3], out);
            }
            System.out.println(Base64.getEncoder().encodeToString(out.toByteArray()));
        }
    }

    private static Element find(Element element, String id) {
        if (element.getAttributeNS("http://www.w3.org/XML/1998/namespace", "id").equals(id)) {
            return element;
        }
        for (Node n = element.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element) {
                Element found = find((Element) n, id);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}

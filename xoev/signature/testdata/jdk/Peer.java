import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.crypto.Data;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.URIDereferencer;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLObject;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.RSAPSSParameterSpec;
import javax.xml.crypto.dsig.spec.SignatureMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Signs and verifies with javax.xml.crypto, as the peer of the tests of package
 * signature. Reads one job per line from standard input, fields apart by tabs,
 * and answers each with one line.
 *
 * <pre>
 * verify FILE CERT SECURE EXTERNAL   -> valid | invalid: ... | error: ...
 * sign FORM METHOD PSSDIGEST KEY KEYKIND CERT C14N IN OUT
 * </pre>
 */
public final class Peer {
    private static final XMLSignatureFactory FACTORY = XMLSignatureFactory.getInstance("DOM");

    public static void main(String[] args) throws Exception {
        for (String line : new String(System.in.readAllBytes(), "UTF-8").split("\n")) {
            if (line.isEmpty()) {
                continue;
            }
            String[] job = line.split("\t", -1);
            try {
                System.out.println(job[0].equals("verify") ? verify(job) : sign(job));
            } catch (Exception e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                System.out.println("error: " + (e + " / " + cause).replace('\n', ' '));
            }
        }
    }

    private static Document parse(byte[] data) throws Exception {
        DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
        f.setNamespaceAware(true);
        return f.newDocumentBuilder().parse(new ByteArrayInputStream(data));
    }

    private static X509Certificate certificate(String file) throws Exception {
        try (FileInputStream in = new FileInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /** Attributes that our documents use as IDs are not known without a DTD. */
    private static void identify(Element e) {
        for (String name : new String[] {"ID", "Id", "id"}) {
            if (e.hasAttribute(name)) {
                e.setIdAttribute(name, true);
            }
        }
        NodeList children = e.getElementsByTagName("*");
        for (int i = 0; i < children.getLength(); i++) {
            Element c = (Element) children.item(i);
            for (String name : new String[] {"ID", "Id", "id"}) {
                if (c.hasAttribute(name)) {
                    c.setIdAttribute(name, true);
                }
            }
        }
    }

    /** Finds files beside the document, and leaves the rest to the default. */
    private static URIDereferencer files(String folder) {
        URIDereferencer usual = FACTORY.getURIDereferencer();
        return (reference, context) -> {
            String uri = reference.getURI();
            if (uri != null && !uri.isEmpty() && !uri.startsWith("#")) {
                try {
                    return (Data) new OctetStreamData(new ByteArrayInputStream(Files.readAllBytes(Path.of(folder, uri))), uri, null);
                } catch (Exception e) {
                    throw new javax.xml.crypto.URIReferenceException(e);
                }
            }
            return usual.dereference(reference, context);
        };
    }

    private static String verify(String[] job) throws Exception {
        byte[] data = Files.readAllBytes(Path.of(job[1]));
        Document doc = parse(data);
        identify(doc.getDocumentElement());
        NodeList list = doc.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
        DOMValidateContext context = new DOMValidateContext(certificate(job[2]).getPublicKey(), list.item(0));
        context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.valueOf(job[3]));
        context.setURIDereferencer(files(new File(job[1]).getParent()));
        XMLSignature signature = FACTORY.unmarshalXMLSignature(context);
        if (signature.validate(context)) {
            return "valid";
        }
        StringBuilder why = new StringBuilder("invalid: value " + signature.getSignatureValue().validate(context));
        for (Object r : signature.getSignedInfo().getReferences()) {
            why.append(' ').append(((Reference) r).validate(context));
        }
        return why.toString();
    }

    private static String sign(String[] job) throws Exception {
        String form = job[1], method = job[2], pss = job[3];
        PrivateKey key = KeyFactory.getInstance(job[5]).generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of(job[4]))));
        X509Certificate cert = certificate(job[6]);
        CanonicalizationMethod c14n = FACTORY.newCanonicalizationMethod(job[7], (C14NMethodParameterSpec) null);
        SignatureMethodParameterSpec parameters = null;
        if (!pss.isEmpty()) {
            parameters = new RSAPSSParameterSpec(new PSSParameterSpec(pss, "MGF1", new MGF1ParameterSpec(pss), Integer.parseInt(pss.replaceAll(".*[-]", "")) / 8, 1));
        }
        List<Transform> transforms = new ArrayList<>();
        List<XMLObject> objects = null;
        String uri = "";
        Document doc;
        boolean file = form.equals("detached");
        if (form.equals("enveloped")) {
            doc = parse(Files.readAllBytes(Path.of(job[8])));
            transforms.add(FACTORY.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null));
        } else {
            DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
            f.setNamespaceAware(true);
            doc = f.newDocumentBuilder().newDocument();
        }
        if (form.equals("enveloping")) {
            uri = "#object";
            Document content = parse(Files.readAllBytes(Path.of(job[8])));
            DOMStructure inner = new DOMStructure(doc.importNode(content.getDocumentElement(), true));
            objects = List.of(FACTORY.newXMLObject(Collections.singletonList(inner), "object", null, null));
        }
        if (file) {
            uri = new File(job[8]).getName();
        } else {
            transforms.add(FACTORY.newTransform(job[7], (TransformParameterSpec) null));
        }
        Reference reference = FACTORY.newReference(uri, FACTORY.newDigestMethod("http://www.w3.org/2001/04/xmlenc#sha256", null), transforms, null, null);
        SignedInfo info = FACTORY.newSignedInfo(c14n, FACTORY.newSignatureMethod(method, parameters), List.of(reference));
        KeyInfoFactory keys = FACTORY.getKeyInfoFactory();
        KeyInfo keyInfo = keys.newKeyInfo(List.of(keys.newX509Data(List.of(cert))));
        DOMSignContext context = form.equals("enveloped") ? new DOMSignContext(key, doc.getDocumentElement()) : new DOMSignContext(key, doc);
        context.setURIDereferencer(files(new File(job[8]).getParent()));
        context.setDefaultNamespacePrefix("ds");
        FACTORY.newXMLSignature(info, keyInfo, objects, "sig", null).sign(context);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TransformerFactory.newInstance().newTransformer().transform(new DOMSource(doc), new StreamResult(out));
        try (FileOutputStream to = new FileOutputStream(job[9])) {
            to.write(out.toByteArray());
        }
        return "signed";
    }
}

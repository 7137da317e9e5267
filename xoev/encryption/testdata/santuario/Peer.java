import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xml.security.Init;
import org.apache.xml.security.encryption.EncryptedData;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.keys.KeyInfo;
import org.apache.xml.security.keys.content.X509Data;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Encrypts and decrypts with Apache Santuario, as the peer of the tests of package
 * encryption. Reads one job per line from standard input, fields apart by tabs, and
 * answers each with one line.
 *
 * <pre>
 * decrypt KEY IN OUT
 * encrypt CERT CONTENTALG KEYALG DIGEST MGF LABEL CONTENTONLY LOCALNAME IN OUT
 * </pre>
 */
public final class Peer {
    private static final String XENC = "http://www.w3.org/2001/04/xmlenc#";

    public static void main(String[] args) throws Exception {
        Init.init();
        for (String line : new String(System.in.readAllBytes(), "UTF-8").split("\n")) {
            if (line.isEmpty()) {
                continue;
            }
            String[] f = line.split("\t", -1);
            String answer;
            try {
                if (f[0].equals("decrypt")) {
                    decrypt(f[1], f[2], f[3]);
                } else {
                    encrypt(f);
                }
                answer = "ok";
            } catch (Exception e) {
                answer = "error: " + String.valueOf(e).replace('\n', ' ');
            }
            System.out.println(answer);
        }
    }

    private static void decrypt(String key, String in, String out) throws Exception {
        PrivateKey privateKey = KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of(key))));
        Document doc = read(in);
        NodeList list = doc.getElementsByTagNameNS(XENC, "EncryptedData");
        if (list.getLength() == 0) {
            throw new IllegalStateException("nothing is encrypted");
        }
        while (list.getLength() > 0) {
            XMLCipher cipher = XMLCipher.getInstance();
            cipher.init(XMLCipher.DECRYPT_MODE, null);
            cipher.setKEK(privateKey);
            doc = cipher.doFinal(doc, (Element) list.item(0));
            list = doc.getElementsByTagNameNS(XENC, "EncryptedData");
        }
        write(doc, out);
    }

    private static void encrypt(String[] f) throws Exception {
        X509Certificate cert;
        try (FileInputStream in = new FileInputStream(f[1])) {
            cert = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        Document doc = read(f[9]);
        Element element = (Element) doc.getElementsByTagNameNS("*", f[8]).item(0);
        SecretKey key = generate(f[2]);
        XMLCipher keyCipher = f[4].isEmpty()
            ? XMLCipher.getInstance(f[3]) : XMLCipher.getInstance(f[3], null, f[4]);
        keyCipher.init(XMLCipher.WRAP_MODE, cert.getPublicKey());
        byte[] label = f[6].isEmpty() ? null : Base64.getDecoder().decode(f[6]);
        EncryptedKey encryptedKey = keyCipher.encryptKey(doc, key, f[5].isEmpty() ? null : f[5], label);
        KeyInfo keyKeyInfo = new KeyInfo(doc);
        X509Data x509 = new X509Data(doc);
        x509.addCertificate(cert);
        keyKeyInfo.add(x509);
        encryptedKey.setKeyInfo(keyKeyInfo);

        XMLCipher cipher = XMLCipher.getInstance(f[2]);
        cipher.init(XMLCipher.ENCRYPT_MODE, key);
        EncryptedData data = cipher.getEncryptedData();
        KeyInfo keyInfo = new KeyInfo(doc);
        keyInfo.add(encryptedKey);
        data.setKeyInfo(keyInfo);
        write(cipher.doFinal(doc, element, Boolean.parseBoolean(f[7])), f[10]);
    }

    private static SecretKey generate(String algorithm) throws Exception {
        boolean des = algorithm.endsWith("tripledes-cbc");
        KeyGenerator generator = KeyGenerator.getInstance(des ? "DESede" : "AES");
        generator.init(des ? 168 : algorithm.contains("128") ? 128 : algorithm.contains("192") ? 192 : 256);
        return generator.generateKey();
    }

    private static Document read(String file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new File(file));
    }

    private static void write(Document doc, String file) throws Exception {
        try (FileOutputStream out = new FileOutputStream(file)) {
            TransformerFactory.newInstance().newTransformer().transform(new DOMSource(doc), new StreamResult(out));
        }
    }
}

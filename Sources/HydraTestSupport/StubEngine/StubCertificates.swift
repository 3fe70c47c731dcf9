/// Certificates for the stub's TLS, made once with openssl and valid for a hundred years. Their keys are no secrets:
/// they guard nothing but tests.
public enum StubCertificates {
  /// The authority of the stub and of its client.
  public static let authority = """
    -----BEGIN CERTIFICATE-----
    MIIBiTCCAS+gAwIBAgIUWeh2GSV9M+Cf93Xt0LIID6Mbd1cwCgYIKoZIzj0EAwIw
    GTEXMBUGA1UEAwwOc3R1YiBhdXRob3JpdHkwIBcNMjYxMTI0MDAyMzEyWhgPMjEy
    NjEwMzEwMDIzMTJaMBkxFzAVBgNVBAMMDnN0dWIgYXV0aG9yaXR5MFkwEwYHKoZI
    zj0CAQYIKoZIzj0DAQcDQgAEF7CGNnC6GAYLF8zIdsMoTz7RD6smgXtbZ01Z7Dmk
    peuZYbDAh6AUMjkMLhNRcQdjq2efyIOCkkXM/jU95wVCn6NTMFEwHQYDVR0OBBYE
    FPmti5Cd7wZzvx4p/vpIAicxuaYuMB8GA1UdIwQYMBaAFPmti5Cd7wZzvx4p/vpI
    AicxuaYuMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAP6/+ylm
    qcAS5xSbL+QmhCukSMehYvFX9p1PTXZS58IQAiBzmv47HdyIomx13R5bLbNnV28q
    SXNcn7nGLpaqR7DNwg==
    -----END CERTIFICATE-----
    """
  /// The stub's certificate, for `node-1.test`.
  public static let server = """
    -----BEGIN CERTIFICATE-----
    MIIBkDCCATagAwIBAgICIeIwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOc3R1YiBh
    dXRob3JpdHkwIBcNMjYxMTI0MDAyMzEyWhgPMjEyNjEwMzEwMDIzMTJaMBYxFDAS
    BgNVBAMMC25vZGUtMS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+k4/
    YzuusaW+DmKCKl0QzUefnEVbrxDKfBcMlJ6JVCCoIv7hpy0AvJV2QwOQqKS4vkOE
    jO6wZXvBPCBtn2d+s6NvMG0wFgYDVR0RBA8wDYILbm9kZS0xLnRlc3QwEwYDVR0l
    BAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFCdsRPCgf3itqRDQOVMatS+qY4ewMB8G
    A1UdIwQYMBaAFPmti5Cd7wZzvx4p/vpIAicxuaYuMAoGCCqGSM49BAMCA0gAMEUC
    IQDbqmdT9lTb9dDAjdClrR5Xv0u631lO5JyBR2oNNTvBWAIgGflTmeJwcepjug7b
    mVJyCbdmMVYTOG1WTObTpHJ6o2c=
    -----END CERTIFICATE-----
    """
  /// Its key.
  public static let serverKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglwbEqd1jl+Fqjk3R
    YMnMc4Toaaynu2SlC8G1r+XpsDShRANCAAT6Tj9jO66xpb4OYoIqXRDNR5+cRVuv
    EMp8FwyUnolUIKgi/uGnLQC8lXZDA5CopLi+Q4SM7rBle8E8IG2fZ36z
    -----END PRIVATE KEY-----
    """
  /// A certificate that the stub accepts.
  public static let client = """
    -----BEGIN CERTIFICATE-----
    MIIBczCCARmgAwIBAgICPx4wCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOc3R1YiBh
    dXRob3JpdHkwIBcNMjYxMTI0MDAyMzEyWhgPMjEyNjEwMzEwMDIzMTJaMBExDzAN
    BgNVBAMMBmNsaWVudDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGcAVyGIBDzg
    kFLLNKqYLOFI/7DxR9Exw7HE5xkEJM5AuK3XpOkPxC0zSWWCMlo1sbcffATJmq2o
    PElzVPF7u/CjVzBVMBMGA1UdJQQMMAoGCCsGAQUFBwMCMB0GA1UdDgQWBBQAwBy0
    APpvpWvscOI/V0oRaQb+KzAfBgNVHSMEGDAWgBT5rYuQne8Gc78eKf76SAInMbmm
    LjAKBggqhkjOPQQDAgNIADBFAiEAwdQVN/3Tzax6MJdEEEA4DH1yz6KrfJgXfApK
    vsxQQ/4CICdiIUwf6z4v9pb27c0tIBc68XU3QzZeNVlCp20qg0Pu
    -----END CERTIFICATE-----
    """
  /// Its key.
  public static let clientKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUosexu0MGJe4jmwO
    ujcKhyfa8/rSXPahjO2PCgymCQShRANCAARnAFchiAQ84JBSyzSqmCzhSP+w8UfR
    McOxxOcZBCTOQLit16TpD8QtM0llgjJaNbG3H3wEyZqtqDxJc1Txe7vw
    -----END PRIVATE KEY-----
    """
  /// An authority that signed neither.
  public static let otherAuthority = """
    -----BEGIN CERTIFICATE-----
    MIIBjzCCATWgAwIBAgIUDdC4DS71kWBxPf8DYVxwb5niH4wwCgYIKoZIzj0EAwIw
    HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTI0MDAyMzEyWhgP
    MjEyNjEwMzEwMDIzMTJaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw
    EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUL8jrfFSrPqSE0yKE4UxgopPAjBeBl8S
    mnXgmTvwmjU/XRfJtu0ig8AHHGalMq8nooYGuwt7DfaQ2fWodk0KZ6NTMFEwHQYD
    VR0OBBYEFO+Zzv6qKHgU7cFxWQkjb2PY6g2dMB8GA1UdIwQYMBaAFO+Zzv6qKHgU
    7cFxWQkjb2PY6g2dMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
    AN2YZqTro0DocssPXMJnOZ16D+FI5yNKsMAJ49HJQYwjAiBTBD7d7PxgJkooa6wF
    gst2k8XtN4X+GEm+mlTAGO0x5A==
    -----END CERTIFICATE-----
    """
  /// A certificate of that authority.
  public static let stranger = """
    -----BEGIN CERTIFICATE-----
    MIIBeTCCAR6gAwIBAgICL90wCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRYW5vdGhl
    ciBhdXRob3JpdHkwIBcNMjYxMTI0MDAyMzEyWhgPMjEyNjEwMzEwMDIzMTJaMBMx
    ETAPBgNVBAMMCHN0cmFuZ2VyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJFMn
    /77wpwqPSoxrcu7TXBtotk6UWUTbWRrQFqU/HgSxXbYb/pZSPXBhB5R5XSEsBQpd
    hKftSl3T2WsBrvUk3qNXMFUwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0OBBYE
    FA723FlxVyXwxsHy8KQ/JRGh2pK5MB8GA1UdIwQYMBaAFO+Zzv6qKHgU7cFxWQkj
    b2PY6g2dMAoGCCqGSM49BAMCA0kAMEYCIQCIfOObTogObb1+khFdwATD2VI64ApT
    R1IoMjF6lQFExAIhAO781qzd+MiSQK7F5fL1VBUQnE9YphywGdn7Wz3ZakXf
    -----END CERTIFICATE-----
    """
  /// Its key.
  public static let strangerKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1+53KPrh1qO1gmgs
    S/QSIqovJcexoHP5MkLd7/DxxZWhRANCAAQkUyf/vvCnCo9KjGty7tNcG2i2TpRZ
    RNtZGtAWpT8eBLFdthv+llI9cGEHlHldISwFCl2Ep+1KXdPZawGu9STe
    -----END PRIVATE KEY-----
    """
}

def test_x(demo, browser):
    print(demo.address)
